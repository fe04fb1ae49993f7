/** Prints the instruction set in use and what kernel ridge regression computes with it, sizes at the edges of tiles. */
import { KernelRidge, Matrix, gaussian, runtimeInfo } from '../../dist/index.js';

const points = (rows, cols, seed) => Matrix.of(gaussian(seed, 5000, rows * cols), rows, cols);

/** exp(-|i - j| / 3), positive definite: the same bits on every instruction set. */
const kernel = (rows, cols) =>
  Matrix.of(
    Float64Array.from({ length: rows * cols }, (_, k) =>
      Math.exp(-Math.abs(Math.floor(k / cols) - (k % cols)) / 3),
    ),
    rows,
    cols,
  );

const numbers = {};
for (const n of [1, 50, 97, 300]) {
  const [K, Kt, Y, Yt] = [kernel(n, n), kernel(7, n), points(n, 3, 1), points(7, 3, 2)];
  const model = await KernelRidge.fit(K, Y, { ridge: 1 });
  numbers[`alpha ${n}`] = [...model.alpha.data];
  numbers[`left out ${n}`] = [...(await model.leaveOneOut()).data];
  numbers[`influence ${n}`] = [...(await model.influence(Kt, Yt)).data];
  const single = await KernelRidge.fit(K, Y, { ridge: 1, factor: 'float32' });
  numbers[`refined ${n}`] = [...single.alpha.data];
}
console.log(JSON.stringify({ isa: runtimeInfo().isa, numbers }));
