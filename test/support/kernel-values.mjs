/** Prints the instruction set in use and the Gram matrices and infinite-width kernels that it computes. */
import {
  Matrix,
  crossGram,
  deepNtk,
  gaussian,
  gram,
  infiniteNtk,
  runtimeInfo,
  secondMoment,
} from '../../dist/index.js';

const values = {};
for (const [n, q, d] of [
  [1, 1, 1],
  [97, 13, 33],
  [200, 5, 301],
]) {
  for (const precision of ['float64', 'float32']) {
    const points = (rows, seed) => {
      const X = Matrix.of(gaussian(seed, 5000, rows * d), rows, d);
      return precision === 'float32' ? X.toFloat32() : X;
    };
    const [X, Z] = [points(n, 1), points(q, 2)];
    const results = {
      gram: await gram(X),
      crossGram: await crossGram(Z, X),
      secondMoment: await secondMoment(X),
      first: await infiniteNtk(X),
      queries: await infiniteNtk(X, Z),
      both: await infiniteNtk(X, undefined, { trained: 'both' }),
      deep: await deepNtk(X, undefined, { depth: 4 }),
    };
    for (const [name, { data }] of Object.entries(results)) {
      // Relative to the largest: the scale of the rounding errors.
      const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      values[`${name} ${n} ${d} ${precision}`] = Array.from(
        data,
        (value) => value / (largest || 1),
      );
    }
  }
}
console.log(JSON.stringify({ isa: runtimeInfo().isa, values }));
