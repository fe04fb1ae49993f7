import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  KernelRidge,
  Matrix,
  TwoLayerNetwork,
  crossGram,
  deepNtk,
  eigh,
  empiricalNtk,
  empiricalNtkLadder,
  fgsm,
  gram,
  infiniteNtk,
  kernelTargetAlignment,
  linearizedAttention,
  mim,
  outputNtk,
  pgd,
  pixelGradient,
  runtimeInfo,
  ridgePath,
  secondMoment,
  setThreads,
  softmaxAttention,
  trainAdversarially,
  uniform,
  type Elements,
} from '../../src/index.js';
import { FULL } from '../support/effort.js';
import { reportFigure } from '../support/figures.js';
import { gaussianMatrix, oneHotRows, unitRowMatrix } from '../unit/linalg/matrices.js';

const THREADS = FULL ? [1, 2, 3, 4, 5, 6, 7, 8] : [1, 2, 3, 4];
const RUNS = 3;
const CLASSES = 3;

/** Rows of more than one tile of 256, of more than two in X; few inputs and many. */
const X = unitRowMatrix(600, 20, 1);
const Z = unitRowMatrix(270, 20, 2);
const wide = unitRowMatrix(20, 300, 3);
const weights = gaussianMatrix(300, 20, 4);
const signs = Matrix.of(
  gaussianMatrix(300, CLASSES, 10).data.map((value) => (value < 0 ? -1 : 1)),
  300,
  CLASSES,
);
const Y = Matrix.from(oneHotRows(600, CLASSES));
const Yt = Matrix.from(oneHotRows(270, CLASSES));
const pixels = Matrix.of(uniform(5, 900_000, 270 * 20), 270, 20);

type Bits = readonly (Matrix<Elements> | Float64Array | readonly number[])[];

async function networkOf(width: number): Promise<TwoLayerNetwork> {
  return TwoLayerNetwork.create({ inputs: 20, outputs: CLASSES, width, seed: 6, scale: 0.5 });
}

async function trained(width: number, precision: 'float64' | 'float32'): Promise<Bits> {
  const options = { loss: 'cross-entropy', epochs: 2, batchSize: 128, seed: 7 } as const;
  const network = await networkOf(width);
  if (precision === 'float64') {
    const result = await network.train(X, Y, options);
    return [result.network.weights, result.losses];
  }
  const single = new TwoLayerNetwork(network.weights.toFloat32(), network.signs.toFloat32());
  const result = await single.train(X.toFloat32(), Y.toFloat32(), options);
  return [result.network.weights, result.losses];
}

async function ridge(): Promise<Bits> {
  const model = await KernelRidge.fit(await infiniteNtk(X), Y);
  const Kt = await infiniteNtk(X, Z);
  const { smallestPivot, residual, conditionEstimate } = model.diagnostics;
  const influences = (['loss', 'margin', 'prediction'] as const).map((target) =>
    model.influence(Kt, Yt, { target }),
  );
  const single = await KernelRidge.fit(await infiniteNtk(X), Y, { factor: 'float32' });
  return [
    model.alpha,
    [smallestPivot, residual, conditionEstimate],
    await model.predict(Kt),
    await model.leaveOneOut(),
    ...(await Promise.all(influences)),
    await model.aggregateInfluence(Kt, Yt),
    single.alpha,
  ];
}

async function attacks(context: Matrix | 'points' | undefined): Promise<Bits> {
  const target = { network: await networkOf(300), context, loss: 'cross-entropy' } as const;
  const results = [
    await fgsm(target, pixels, Yt, { eps: 0.1 }),
    await pgd(target, pixels, Yt, { eps: 0.1, steps: 4, seed: 8 }),
    await mim(target, pixels, Yt, { eps: 0.1, steps: 4 }),
  ];
  return results.map(({ adversarial }) => adversarial);
}

const OPERATIONS: Readonly<Record<string, () => Promise<Bits>>> = {
  gram: async () => [await gram(X), await gram(X.toFloat32())],
  crossGram: async () => [await crossGram(Z, X), await crossGram(Z.toFloat32(), X.toFloat32())],
  secondMoment: async () => [await secondMoment(wide), await secondMoment(X)],
  linearizedAttention: async () => [
    await linearizedAttention(X),
    await linearizedAttention(wide),
    await linearizedAttention(X, { queries: Z, normalize: false }),
    await linearizedAttention(wide, { layers: 3 }),
    await linearizedAttention(X, { queries: Z, layers: 2, stack: 'self', rank: 5 }),
    await linearizedAttention(X, { projections: { seed: 3 } }),
  ],
  infiniteNtk: async () => [await infiniteNtk(X), await infiniteNtk(X, Z, { trained: 'both' })],
  softmaxAttention: async () => [
    await softmaxAttention(X),
    await softmaxAttention(X.toFloat32(), { queries: Z.toFloat32(), projections: { seed: 3 } }),
  ],
  kernelTargetAlignment: async () => [[await kernelTargetAlignment(await gram(X), Y)]],
  deepNtk: async () => [await deepNtk(X, undefined, { depth: 4 })],
  empiricalNtk: async () => [
    await empiricalNtk(X, undefined, { weights }),
    await empiricalNtk(X, Z, { weights, trained: 'both' }),
    await empiricalNtk(X.toFloat32(), undefined, { weights: weights.toFloat32() }),
  ],
  empiricalNtkLadder: async () => [
    ...(await empiricalNtkLadder(X, undefined, { weights, widths: [7, 65, 300] })),
    ...(await empiricalNtkLadder(X, Z, { weights, widths: [130, 299], trained: 'both' })),
    await empiricalNtk(X, Z, { weights: { seed: 9, width: 2000 } }),
  ],
  outputNtk: async () => [await outputNtk(Z, undefined, { weights, signs })],
  eigh: async () => {
    const K = await infiniteNtk(X);
    const all = await eigh(K, { vectors: true });
    const few = await eigh(K, { vectors: true, top: 7 });
    const { values } = await eigh(await gram(X));
    return [all, few].flatMap((result) => [result.values, result.vectors ?? []]).concat([values]);
  },
  KernelRidge: ridge,
  ridgePath: async () => {
    const points = X.selectRows(Array.from({ length: 150 }, (_, i) => i));
    const targets = Y.selectRows(Array.from({ length: 150 }, (_, i) => i));
    const path = await ridgePath(await infiniteNtk(points), targets, { ridges: [1e-3, 1] });
    return path.flatMap(({ alpha, leaveOneOut, leaveOneOutError, degreesOfFreedom }) => [
      alpha,
      leaveOneOut,
      [leaveOneOutError, degreesOfFreedom],
    ]);
  },
  predict: async () => [await (await networkOf(300)).predict(X)],
  inputGradient: async () => [
    await (await networkOf(300)).inputGradient(X, Y, { loss: 'squared' }),
  ],
  'training at width 129': () => trained(129, 'float64'),
  'training at width 300': () => trained(300, 'float64'),
  'training at width 300 in float32': () => trained(300, 'float32'),
  'training in other ways': async () => {
    const options = { loss: 'squared', epochs: 3, batchSize: 600, seed: 7 } as const;
    const way = { optimizer: 'sgd', decay: 'decoupled', decayTowards: 'start' } as const;
    const { network, losses } = await (await networkOf(300)).train(X, Y, { ...options, ...way });
    return [network.weights, losses];
  },
  trainAdversarially: async () => {
    const target = { network: await networkOf(300), context: X, loss: 'squared' } as const;
    const options = { eps: 0.1, steps: 2, epochs: 1, seed: 9 } as const;
    const { network, losses } = await trainAdversarially(target, pixels, Yt, options);
    return [network.weights, losses];
  },
  pixelGradient: async () => {
    const target = { network: await networkOf(300), loss: 'squared', context: 'points' } as const;
    return [
      await pixelGradient(target, pixels, Yt),
      await pixelGradient(target, pixels.selectRows([1, 2, 3]), Yt.selectRows([1, 2, 3])),
    ];
  },
  'attacks of points that attend to each other': () => attacks('points'),
  attacks: () => attacks(undefined),
  'attacks through attention': () => attacks(X),
};

function hashOf(bits: Bits): string {
  const hash = createHash('sha256');
  for (const part of bits) {
    const { data } = part instanceof Matrix ? part : { data: Float64Array.from(part) };
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

let different = 0;

afterAll(() => {
  const detail = `of ${Object.keys(OPERATIONS).length} operations x ${RUNS} runs on each of ${THREADS.join(', ')} threads`;
  reportFigure('bits-that-differ', different, detail);
});

describe.each(Object.entries(OPERATIONS))('%s', (_, operation) => {
  let before = 1;
  let expected = '';

  beforeAll(async () => {
    before = runtimeInfo().threads;
    setThreads(1);
    expected = hashOf(await operation());
  });

  afterAll(() => {
    setThreads(before);
  });

  it.each(THREADS)('has the same bits on %d threads, every time', async (threads) => {
    setThreads(threads);
    expect(runtimeInfo().threads).toBe(threads);
    for (let run = 0; run < RUNS; run++) {
      const hash = hashOf(await operation());
      if (hash !== expected) different++;
      expect(hash).toBe(expected);
    }
  });
});

it('operations side by side have the bits that they have alone', async () => {
  const operations = Object.values(OPERATIONS);
  const alone: string[] = [];
  for (const operation of operations) alone.push(hashOf(await operation()));
  const together = await Promise.all(
    operations.map(async (operation) => hashOf(await operation())),
  );
  expect(together).toEqual(alone);
});
