/** Leave-one-out influence from one factorisation against n explicit refits, for every kernel. */
import { afterAll, describe, expect, it } from 'vitest';
import {
  KernelRidge,
  crossGram,
  deepNtk,
  empiricalNtk,
  gram,
  infiniteNtk,
  linearizedAttention,
  softmaxAttention,
  type Matrix,
} from '../../src/index.js';
import {
  influenceLoss,
  influenceMargin,
  influencePrediction,
  leaveOneOutResiduals,
} from '../reference/influence.js';
import { largestError } from '../support/expect-close.js';
import { reportFigure } from '../support/figures.js';
import { TOLERANCE } from '../support/tolerance.js';
import { gaussianMatrix, unitRowMatrix } from '../unit/linalg/matrices.js';

const [POINTS, QUERIES, INPUTS] = [50, 8, 12];
const RIDGES = [1e-2, 1];
const X = unitRowMatrix(POINTS, INPUTS, 21);
const Z = unitRowMatrix(QUERIES, INPUTS, 22);
const Y = gaussianMatrix(POINTS, 3, 23);
const Yt = gaussianMatrix(QUERIES, 3, 24);
const weights = gaussianMatrix(400, INPUTS, 25);

type Pair = readonly [K: Matrix, Kt: Matrix];
const KERNELS: Readonly<Record<string, (X: Matrix, Z: Matrix) => Promise<Pair>>> = {
  'gram, of rank 12': async (X, Z) => [await gram(X), await crossGram(Z, X)],
  infiniteNtk: async (X, Z) => [await infiniteNtk(X), await infiniteNtk(X, Z)],
  'infiniteNtk of both layers': async (X, Z) => [
    await infiniteNtk(X, undefined, { trained: 'both' }),
    await infiniteNtk(X, Z, { trained: 'both' }),
  ],
  deepNtk: async (X, Z) => [
    await deepNtk(X, undefined, { depth: 4 }),
    await deepNtk(X, Z, { depth: 4 }),
  ],
  empiricalNtk: async (X, Z) => [
    await empiricalNtk(X, undefined, { weights }),
    await empiricalNtk(X, Z, { weights }),
  ],
  'infiniteNtk behind linearized attention': async (X, Z) => [
    await infiniteNtk(await linearizedAttention(X)),
    await infiniteNtk(await linearizedAttention(X), await linearizedAttention(X, { queries: Z })),
  ],
  'infiniteNtk behind softmax attention': async (X, Z) => [
    await infiniteNtk(await softmaxAttention(X)),
    await infiniteNtk(await softmaxAttention(X), await softmaxAttention(X, { queries: Z })),
  ],
};
const TARGETS = [
  ['loss', influenceLoss],
  ['margin', influenceMargin],
  ['prediction', influencePrediction],
] as const;

let worst = 0;

afterAll(() => {
  const cases = `${Object.keys(KERNELS).length} kernels, ridges ${RIDGES.join(' and ')}, n = ${POINTS}`;
  reportFigure('leave-one-out-error', worst, cases);
});

describe.each(Object.entries(KERNELS))('%s', (_, kernelOf) => {
  it.each(RIDGES)('with ridge %d gives what refits give', async (ridge) => {
    const [K, Kt] = await kernelOf(X, Z);
    const model = await KernelRidge.fit(K, Y, { ridge });
    const [k, kt, y, yt] = [K, Kt, Y, Yt].map((A) => A.toArray());
    const errors = [
      largestError(await model.leaveOneOut(), leaveOneOutResiduals(k ?? [], y ?? [], ridge)),
    ];
    for (const [target, byRefits] of TARGETS) {
      const expected = byRefits(k ?? [], y ?? [], kt ?? [], yt ?? [], ridge);
      errors.push(largestError(await model.influence(Kt, Yt, { target }), expected));
    }
    worst = Math.max(worst, ...errors);
    expect(Math.max(...errors)).toBeLessThanOrEqual(TOLERANCE.golden);
  });
});
