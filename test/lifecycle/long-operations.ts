/** Operations that run long enough to be met in the middle, a tenth of a second and more on one core. */
import {
  KernelRidge,
  Matrix,
  TwoLayerNetwork,
  crossGram,
  deepNtk,
  empiricalNtk,
  gaussian,
  gram,
  infiniteNtk,
  linearizedAttention,
  pgd,
  secondMoment,
  softmaxAttention,
  type RunOptions,
} from '../../src/index.js';

/** An operation with arguments of its own, made afresh for each run. */
export interface LongOperation {
  readonly name: string;
  /** The matrices that a run reads. */
  readonly matrices: () => Promise<Matrix[]>;
  readonly run: (matrices: readonly Matrix[], options: RunOptions) => Promise<unknown>;
}

const drawn = new Map<string, Float64Array>();

/** n x d Gaussians of their own, the same numbers for the same arguments. */
export function points(n: number, d: number, stream = 5000): Matrix {
  const key = `${n} ${d} ${stream}`;
  const numbers = drawn.get(key) ?? gaussian(1, stream, n * d);
  drawn.set(key, numbers);
  return Matrix.of(numbers.slice(), n, d);
}

/** n x d numbers in [0, 1]. */
function pixels(n: number, d: number): Matrix {
  return Matrix.of(
    points(n, d).data.map((value) => Math.min(1, Math.abs(value) / 4)),
    n,
    d,
  );
}

/** Makes an operation on `count` matrices. */
function operation(
  name: string,
  make: () => Matrix[] | Promise<Matrix[]>,
  run: (
    options: RunOptions,
    ...matrices: readonly [Matrix, Matrix, Matrix, Matrix]
  ) => Promise<unknown>,
): LongOperation {
  return {
    name,
    matrices: async () => make(),
    run: async (matrices, options) => {
      const [first = none, second = none, third = none, fourth = none] = matrices;
      return run(options, first, second, third, fourth);
    },
  };
}

const none: Matrix = Matrix.zeros(1, 1);

const kernels = new Map<number, Promise<Matrix>>();

/** A positive definite kernel of n points. */
async function kernelOf(n: number): Promise<Matrix> {
  const kernel = kernels.get(n) ?? infiniteNtk(points(n, 40));
  kernels.set(n, kernel);
  const { data } = await kernel;
  return Matrix.of(data.slice(), n, n);
}

export const LONG_OPERATIONS: readonly LongOperation[] = [
  operation(
    'gram',
    () => [points(2500, 800)],
    async (options, X) => gram(X, options),
  ),
  operation(
    'crossGram',
    () => [points(1500, 800), points(1500, 800, 5001)],
    async (options, Z, X) => crossGram(Z, X, options),
  ),
  operation(
    'secondMoment',
    () => [points(6000, 700)],
    async (options, X) => secondMoment(X, options),
  ),
  operation(
    'linearizedAttention',
    () => [points(3000, 700)],
    async (options, X) => linearizedAttention(X, options),
  ),
  operation(
    'linearizedAttention in layers',
    () => [points(1200, 300)],
    async (options, X) => linearizedAttention(X, { ...options, layers: 6, stack: 'self' }),
  ),
  operation(
    'softmaxAttention',
    () => [points(3000, 300)],
    async (options, X) => softmaxAttention(X, options),
  ),
  operation(
    'infiniteNtk',
    () => [points(3000, 300)],
    async (options, X) => infiniteNtk(X, undefined, options),
  ),
  operation(
    'deepNtk',
    () => [points(700, 60)],
    async (options, X) => deepNtk(X, undefined, { ...options, depth: 30 }),
  ),
  operation(
    'empiricalNtk',
    () => [points(2000, 200), points(2000, 200, 5002)],
    async (options, X, weights) => empiricalNtk(X, undefined, { ...options, weights }),
  ),
  operation(
    'KernelRidge.fit',
    async () => [await kernelOf(2200), points(2200, 5)],
    async (options, K, Y) => (await KernelRidge.fit(K, Y, { ...options, ridge: 1 })).alpha,
  ),
  operation(
    'TwoLayerNetwork.train',
    () => [points(600, 80), points(600, 5), points(400, 80, 5003), signs(400, 5)],
    async (options, X, Y, weights, signs) => {
      const trained = await new TwoLayerNetwork(weights, signs).train(X, Y, {
        ...options,
        ...{ loss: 'squared', epochs: 60, seed: 3 },
      });
      return [trained.network.weights, trained.losses];
    },
  ),
  operation(
    'pgd',
    () => [pixels(800, 80), points(800, 5), points(400, 80, 5003), signs(400, 5)],
    async (options, P, Y, weights, signs) =>
      pgd({ network: new TwoLayerNetwork(weights, signs), loss: 'squared' }, P, Y, {
        ...options,
        ...{ eps: 0.1, steps: 60, seed: 3 },
      }),
  ),
];

function signs(rows: number, cols: number): Matrix {
  return Matrix.of(points(rows, cols, 5004).data.map(Math.sign), rows, cols);
}

/** Influence needs a fitted model, which outlives the call. */
export async function influenceOperation(): Promise<LongOperation> {
  const n = 1500;
  const model = await KernelRidge.fit(await kernelOf(n), points(n, 5), { ridge: 1 });
  return operation(
    'KernelRidge.influence',
    () => [points(1200, n, 5005), points(1200, 5, 5006)],
    async (options, Kt, Yt) => model.influence(Kt, Yt, options),
  );
}

/** Every long operation. */
export async function longOperations(): Promise<LongOperation[]> {
  return [...LONG_OPERATIONS, await influenceOperation()];
}
