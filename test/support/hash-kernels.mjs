/**
 * Prints the instruction set in use, hashes of what its exact kernels compute on sizes with awkward edges, and numbers that
 * its rounding reaches: softmax attention and trained weights.
 */
import { createHash } from 'node:crypto';
import {
  Matrix,
  TwoLayerNetwork,
  empiricalNtk,
  gaussian,
  runtimeInfo,
  softmaxAttention,
} from '../../dist/index.js';

const points = (rows, cols, seed) => Matrix.of(gaussian(seed, 5000, rows * cols), rows, cols);
/** Integers: every product and sum of a few is exact, whatever the order and the rounding of an instruction set. */
const wholePoints = (rows, cols, seed) =>
  Matrix.of(points(rows, cols, seed).data.map(Math.round), rows, cols);
const hash = ({ data }) =>
  createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex');

const hashes = {};
const rounded = { float64: [], float32: [] };
for (const [n, q, width] of [
  [1, 1, 1],
  [33, 7, 65],
  [257, 13, 4097],
]) {
  const [X, Z] = [wholePoints(n, 9, 1), wholePoints(q, 9, 2)];
  const W = wholePoints(width, 9, 3);
  hashes[`kernel ${n} ${width}`] = hash(await empiricalNtk(X, undefined, { weights: W }));
  hashes[`queries ${q} ${width}`] = hash(await empiricalNtk(X, Z, { weights: W }));
}
for (const [n, q] of [
  [1, 1],
  [7, 3],
  [1029, 67],
]) {
  const [X, queries] = [points(n, 9, 1), points(q, 9, 2)];
  const options = { temperature: 0.1 };
  rounded.float64.push(...(await softmaxAttention(X, { queries, ...options })).data);
  const single = { queries: queries.toFloat32(), ...options };
  rounded.float32.push(...(await softmaxAttention(X.toFloat32(), single)).data);
}
for (const precision of ['float64', 'float32']) {
  const network = await TwoLayerNetwork.create({
    ...{ inputs: 9, outputs: 2, width: 131, seed: 4, precision },
  });
  const [X, Y] = [points(50, 9, 5), points(50, 2, 6)];
  const single = precision === 'float32';
  const inputs = single ? [X.toFloat32(), Y.toFloat32()] : [X, Y];
  const options = { loss: 'squared', epochs: 20, batchSize: 16, seed: 7 };
  const { network: trained } = await network.train(...inputs, options);
  rounded[precision].push(...trained.weights.data);
}
console.log(JSON.stringify({ isa: runtimeInfo().isa, hashes, rounded }));
