/** Work for worker threads: small enough to repeat, large enough to be met in the middle. */
import { createHash } from 'node:crypto';
import {
  KernelRidge,
  Matrix,
  TwoLayerNetwork,
  empiricalNtk,
  gaussian,
  gram,
  infiniteNtk,
} from '../../../dist/index.js';

export function points(n, d, stream = 5000) {
  return Matrix.of(gaussian(1, stream, n * d), n, d);
}

/** A hash over the bits of several results. */
export async function compute(seed) {
  const X = points(300, 60, 5000 + seed);
  const Y = points(300, 3, 5100 + seed);
  const K = await infiniteNtk(X);
  const network = await TwoLayerNetwork.create({ inputs: 60, outputs: 3, width: 150, seed });
  const trained = await network.train(X, Y, { loss: 'squared', epochs: 5, seed });
  const { alpha } = await KernelRidge.fit(K, Y);
  const results = [
    await gram(X),
    K,
    await empiricalNtk(X, undefined, { weights: network.weights }),
    trained.network.weights,
    alpha,
  ];
  const hash = createHash('sha256');
  for (const { data } of results) hash.update(data);
  return hash.digest('hex');
}

/** Work that goes on until it is stopped. */
export async function computeForever() {
  const X = points(2500, 500);
  for (;;) {
    await gram(X);
    await infiniteNtk(X);
  }
}

/** One operation of several seconds. */
export async function computeLong() {
  const network = await TwoLayerNetwork.create({ inputs: 100, outputs: 5, width: 400, seed: 1 });
  await network.train(points(1000, 100), points(1000, 5), {
    loss: 'squared',
    epochs: 800,
    seed: 1,
  });
}
