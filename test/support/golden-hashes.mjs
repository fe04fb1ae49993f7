/**
 * Prints the instruction set in use and a hash of every kernel of the project's own arithmetic: the same bits wherever
 * that instruction set runs. What takes leaves from LAPACK stands apart: its bits are those of one library.
 */
import { createHash } from 'node:crypto';
import {
  KernelRidge,
  Matrix,
  TwoLayerNetwork,
  crossGram,
  deepNtk,
  eigh,
  empiricalNtk,
  empiricalNtkLadder,
  gaussian,
  gram,
  infiniteNtk,
  linearizedAttention,
  outputNtk,
  pgd,
  permutation,
  runtimeInfo,
  secondMoment,
  softmaxAttention,
  uniform,
} from '../../dist/index.js';

const [ROWS, QUERIES, COLS, WIDTH, CLASSES] = [131, 17, 37, 203, 3];
const draw = (rows, cols, seed) => Matrix.of(gaussian(seed, 5000, rows * cols), rows, cols);
const [X, Z, W] = [draw(ROWS, COLS, 1), draw(QUERIES, COLS, 2), draw(WIDTH, COLS, 3)];
const Y = draw(ROWS, CLASSES, 4);
const signs = Matrix.of(draw(WIDTH, CLASSES, 5).data.map(Math.sign), WIDTH, CLASSES);
const pixels = Matrix.of(uniform(6, 5000, ROWS * COLS), ROWS, COLS);

const KERNELS = {
  gram: ({ X }) => gram(X),
  crossGram: ({ X, Z }) => crossGram(Z, X),
  secondMoment: ({ X }) => secondMoment(X),
  infiniteNtk: ({ X, Z }) => infiniteNtk(X, Z),
  'infiniteNtk of both layers': ({ X }) => infiniteNtk(X, undefined, { trained: 'both' }),
  deepNtk: ({ X }) => deepNtk(X, undefined, { depth: 4 }),
  empiricalNtk: ({ X, Z, W }) => empiricalNtk(X, Z, { weights: W }),
  empiricalNtkLadder: async ({ X, W }) =>
    (await empiricalNtkLadder(X, undefined, { weights: W, widths: [64, WIDTH] })).at(0),
  outputNtk: ({ Z, W, signs }) => outputNtk(Z, undefined, { weights: W, signs }),
  train: async ({ X, Y, network }) =>
    (await network.train(X, Y, { loss: 'squared', epochs: 3, batchSize: 50, seed: 7 })).network
      .weights,
  pgd: async ({ pixels, Y, network }) =>
    (await pgd({ network, loss: 'squared' }, pixels, Y, { eps: 0.1, steps: 3, seed: 8 }))
      .adversarial,
  linearizedAttention: ({ X }) => linearizedAttention(X, { layers: 2, projections: { seed: 9 } }),
  softmaxAttention: ({ X }) => softmaxAttention(X),
  predict: ({ Z, network }) => network.predict(Z),
};

const hash = (data) =>
  createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex')
    .slice(0, 16);

const hashes = {};
for (const precision of ['float64', 'float32']) {
  const round = (A) => (precision === 'float64' ? A : A.toFloat32());
  const [x, z, w, y, a, p] = [X, Z, W, Y, signs, pixels].map(round);
  const inputs = { X: x, Z: z, W: w, Y: y, signs: a, pixels: p };
  const network = new TwoLayerNetwork(w, a);
  for (const [name, kernel] of Object.entries(KERNELS)) {
    hashes[`${name} ${precision}`] = hash((await kernel({ ...inputs, network })).data);
  }
}
hashes.KernelRidge = hash((await KernelRidge.fit(await infiniteNtk(X), Y)).alpha.data);
hashes.gaussian = hash(gaussian(11, 3, 1001));
hashes.uniform = hash(uniform(11, 3, 1001));
hashes.permutation = hash(permutation(11, 3, 1001));
// Large enough for divide and conquer, whose leaves are LAPACK's.
const besideLapack = {
  eigenvalues: hash((await eigh(await gram(draw(300, COLS, 12)))).values),
  eigenvectors: hash((await eigh(await gram(X), { vectors: true })).vectors.data),
};
const { isa, core } = runtimeInfo();
console.log(JSON.stringify({ isa, core, hashes, besideLapack }));
