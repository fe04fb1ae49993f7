/** How an ES module in TypeScript uses the library, its types included. */
import {
  KernelRidge,
  Matrix,
  NtkitError,
  infiniteNtk,
  runtimeInfo,
  type ErrorCode,
  type KernelRidgeOptions,
} from 'ntkit';

const options: KernelRidgeOptions = { ridge: 0.5 };
const K: Matrix<Float64Array> = await infiniteNtk(
  Matrix.from([
    [1, 0],
    [0, 1],
  ]),
);
// Orthogonal points know nothing of each other: each residual is its target.
const model = await KernelRidge.fit(K, Matrix.from([[1], [-1]]), options);
const [first, second]: number[] = [...(await model.leaveOneOut()).data];
if (first !== 1 || second !== -1)
  throw new Error(`Expected 1, -1 but received ${first}, ${second}`);

const code: ErrorCode | undefined = await infiniteNtk(Matrix.from([[Infinity]])).then(
  () => undefined,
  (error: unknown) => (error instanceof NtkitError ? error.code : undefined),
);
if (code !== 'ERR_NOT_FINITE') throw new Error(`Expected ERR_NOT_FINITE but received ${code}`);

// @ts-expect-error A misspelt option is an error of types, too.
const misspelt: KernelRidgeOptions = { rigde: 0.5 };
if (!('rigde' in misspelt)) throw new Error('Expected the misspelt option to be there');

console.log(JSON.stringify(runtimeInfo()));
