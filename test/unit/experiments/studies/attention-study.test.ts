/** Records of attention variants against plain loops. */
import { describe, expect, it } from 'vitest';
import { fgsm } from '../../../../src/attacks/linf.js';
import {
  trainVariant,
  variantCost,
  variantNetwork,
  variantNetworkCost,
  variantSpectrum,
  variantSpectrumCost,
  variantTrainCost,
} from '../../../../src/experiments/studies/attention-study.js';
import { queryMap, variantInputs } from '../../../../src/experiments/studies/attention-variant.js';
import {
  variantFgsm,
  variantPixelGradient,
} from '../../../../src/experiments/studies/variant-attack.js';
import { CONTROL_SEED, type NetworkChoice } from '../../../../src/experiments/networks.js';
import { drawSample } from '../../../../src/experiments/sample.js';
import { Matrix } from '../../../../src/linalg/matrix.js';
import { TwoLayerNetwork } from '../../../../src/models/two-layer-network.js';
import { gram } from '../../../reference/attention.js';
import { jacobiEigenvalues } from '../../../reference/eigen.js';
import { ridgePredictions } from '../../../reference/influence.js';
import { infiniteNtkFirst } from '../../../reference/kernels.js';
import { flipRate, overlap, spearman, topIndices } from '../../../reference/malleability.js';
import { empiricalNtk, forward, loss } from '../../../reference/network.js';
import {
  at,
  build,
  dot,
  item,
  multiply,
  norm,
  rowOf,
  transpose,
  unit,
  unitRows,
  type Rows,
} from '../../../reference/rows.js';
import { expectClose } from '../../../support/expect-close.js';
import { TOLERANCE } from '../../../support/tolerance.js';
import { TINY_CONFIG, TINY_DATASET } from '../tiny.js';
import { batchesOf, drawTwin, initialNetwork, scoresOf, train } from '../twin.js';
import { VARIANTS, attendedTwin } from './variants.js';

const SEED = 5;
const WIDTH = 8;
const OPTIONS = {};
const sample = drawSample(TINY_DATASET, TINY_CONFIG, 'multiclass', SEED);
const twin = drawTwin(TINY_DATASET, TINY_CONFIG, SEED);
const CHOICE: NetworkChoice = {
  ...({ task: 'multiclass', training: 'standard', model: 'attention' } as const),
  ...{ reading: 'best-fit', width: WIDTH, seed: SEED, weightSeed: SEED },
};

const SETTING = { choice: CHOICE, sample, pixelStd: [0.25], config: TINY_CONFIG };

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function spectralNorm(A: Rows): number {
  return Math.sqrt(item(jacobiEigenvalues(multiply(transpose(A), A)), 0));
}

function difference(A: Rows, B: Rows): number[][] {
  return build(A.length, rowOf(A, 0).length, (i, j) => at(A, i, j) - at(B, i, j));
}

describe.each(VARIANTS)('the variant $kind $stack $temperature', (variant) => {
  const rows = attendedTwin(variant, SEED, twin.X, twin.X);
  const testRows = attendedTwin(variant, SEED, twin.X, twin.Z);
  const classes = TINY_DATASET.classes.length;
  const initial = initialNetwork(WIDTH, rowOf(rows, 0).length, classes, 1, SEED);
  const trained = train(initial, rows, twin.Y, batchesOf(SEED, TINY_CONFIG), TINY_CONFIG);
  const network = new TwoLayerNetwork(
    Matrix.from(trained.weights.map((row) => [...row])),
    Matrix.from(trained.signs.map((row) => [...row])),
  );
  const pixelLoss = (pixels: readonly number[], targets: readonly number[]): number =>
    loss('cross-entropy', trained, attendedTwin(variant, SEED, twin.X, [unit(pixels)]), [targets]);
  const slopeAt = (i: number): number[] => {
    const pixels = rowOf(twin.pixels, i);
    return pixels.map((_, j) => {
      const moved = (by: number): number =>
        pixelLoss(
          pixels.map((value, k) => (k === j ? value + by : value)),
          rowOf(twin.Y, i),
        );
      return (moved(1e-5) - moved(-1e-5)) / 2e-5;
    });
  };

  it('gives the network unit rows of the training points and of queries', async () => {
    const inputs = await variantInputs(variant, SEED, sample.X, sample.Z, OPTIONS);
    expectClose(inputs.train, rows, TOLERANCE.golden);
    expectClose(inputs.test, testRows, TOLERANCE.golden);
  });

  it('has the gradient of central differences', async () => {
    const map = await queryMap(variant, SEED, sample.X, OPTIONS);
    const points = [0, 7];
    const gradient = await variantPixelGradient(
      network,
      map,
      sample.pixels.selectRows(points),
      sample.Y.selectRows(points),
      OPTIONS,
    );
    expectClose(gradient, points.map(slopeAt), TOLERANCE.finiteDifference);
    // Far above the tolerance: zeros would fail.
    expect(Math.max(...gradient.data)).toBeGreaterThan(1e-4);
  });

  it('pulls any gradient back, also along the attended row', async () => {
    const map = await queryMap(variant, SEED, sample.X, OPTIONS);
    const queries = sample.Z.selectRows([1]);
    const along = (matrix: Matrix, g: Float64Array): number =>
      matrix.data.reduce((sum, value, j) => sum + value * (g[j] ?? NaN), 0);
    const g = Float64Array.from({ length: 36 }, (_, j) => 1 + Math.cos(j));
    const pulled = await map.pullback(queries, Matrix.of(g, 1, 36));
    const slopes: number[] = [];
    for (let j = 0; j < 36; j++) {
      const moved = async (by: number): Promise<number> => {
        const data = queries.data.map((value, k) => value + (k === j ? by : 0));
        return along(await map.apply(Matrix.of(data, 1, 36)), g);
      };
      slopes.push(((await moved(1e-5)) - (await moved(-1e-5))) / 2e-5);
    }
    expectClose(pulled, [slopes], TOLERANCE.finiteDifference);
  });

  it('has the spectrum of its rows', async () => {
    const record = await variantSpectrum(variant, sample, [2, 1000], OPTIONS);
    const values = jacobiEigenvalues(gram(rows));
    const shares = values.filter((value) => value > 0).map((value) => value / rows.length);
    const cosines = rows.flatMap((x, i) => rows.filter((_, j) => j !== i).map((z) => dot(x, z)));
    expect(record).toMatchObject({ kind: 'variant-spectrum', variant, seed: SEED, n: 24, d: 36 });
    expect(record.kappaK[1]).toEqual({ k: 1000, log10: null });
    expectClose(
      record.kappaK[0]?.log10,
      Math.log10(item(values, 0) / item(values, 1)),
      TOLERANCE.illConditioned,
    );
    expectClose(record.topShare, item(values, 0) / rows.length, TOLERANCE.golden);
    expectClose(record.meanCosine, mean(cosines), TOLERANCE.golden);
    expectClose(
      record.effectiveRank,
      Math.exp(-shares.reduce((sum, share) => sum + share * Math.log(share), 0)),
      TOLERANCE.golden,
    );
  });

  it('has the network, the distances and the flips of plain loops', async () => {
    const state = await trainVariant(variant, SETTING, true, OPTIONS);
    const record = await variantNetwork(variant, SETTING, state, OPTIONS);
    const { ridge, eps, tau } = TINY_CONFIG;
    const K = infiniteNtkFirst(rows);
    const predictions = ridgePredictions(K, twin.Y, infiniteNtkFirst(rows, testRows), ridge);
    const finite = (Z: Rows): Rows =>
      empiricalNtk(rows, Z, { weights: initial.weights, trained: 'first' });
    const lazy = ridgePredictions(finite(rows), twin.Y, finite(testRows), ridge);
    const gap = difference(forward(trained, testRows), predictions);
    const epsPixels = 0.25 * eps;
    const expected = {
      kernelError: norm(difference(finite(rows), K).flat()) / norm(K.flat()),
      initialDistance: spectralNorm(difference(lazy, predictions)),
      distance: spectralNorm(gap),
      distanceRms: norm(gap.flat()) / Math.sqrt(gap.flat().length),
    };
    for (const [name, value] of Object.entries(expected)) {
      expectClose(record[name as keyof typeof expected], value, TOLERANCE.illConditioned);
    }
    const before = scoresOf(trained, { train: rows, test: testRows }, twin, ridge);
    const top = topIndices(before, Math.ceil(tau * rows.length), 'abs');
    const pixels = twin.pixels.map((row, i) => {
      if (!top.includes(i)) return row;
      const slope = slopeAt(i);
      return row.map((value, j) =>
        Math.min(1, Math.max(0, value + epsPixels * Math.sign(item(slope, j)))),
      );
    });
    const X = unitRows(pixels);
    const moved = {
      train: attendedTwin(variant, SEED, X, X),
      test: attendedTwin(variant, SEED, X, twin.Z),
    };
    const after = scoresOf(trained, moved, twin, ridge);
    expect(record.flips).toMatchObject({ topCount: top.length, eps, epsPixels, tau });
    expectClose(record.flips.flipRate, flipRate(before, after, top), TOLERANCE.rounding);
    expectClose(record.flips.spearman, spearman(before, after), TOLERANCE.rounding);
    expectClose(
      record.flips.topOverlap,
      overlap(top, topIndices(after, top.length, 'abs')),
      TOLERANCE.rounding,
    );

    const other = initialNetwork(WIDTH, rowOf(rows, 0).length, classes, 1, SEED + CONTROL_SEED);
    const reseeded = train(
      other,
      rows,
      twin.Y,
      batchesOf(SEED + CONTROL_SEED, TINY_CONFIG),
      TINY_CONFIG,
    );
    const control = scoresOf(reseeded, { train: rows, test: testRows }, twin, ridge);
    expectClose(record.control?.flipRate, flipRate(before, control, top), TOLERANCE.rounding);
    expectClose(record.control?.spearman, spearman(before, control), TOLERANCE.rounding);
    expectClose(
      record.control?.topOverlap,
      overlap(top, topIndices(control, top.length, 'abs')),
      TOLERANCE.rounding,
    );
  });

  it('costs something and is JSON', async () => {
    const shape = { n: 24, q: 9, d: 36, classes: 3 };
    expect(variantSpectrumCost(variant, shape)).toBeGreaterThan(variantCost(variant, shape));
    for (const cost of [variantTrainCost, variantNetworkCost]) {
      expect(cost(variant, shape, 64)).toBeGreaterThan(cost(variant, shape, 8));
    }
    const record = await variantSpectrum(variant, sample, [2], OPTIONS);
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });
});

it.each(['none', 'linearized'] as const)('attacks %s as fgsm does', async (kind) => {
  const { X, pixels, Y } = sample;
  const network = await TwoLayerNetwork.create({ inputs: 36, outputs: 3, width: 8, seed: 1 });
  const context = kind === 'linearized' ? X : undefined;
  const target = { network, context, loss: 'cross-entropy' } as const;
  const { adversarial } = await fgsm(target, pixels, Y, { eps: 0.1 });
  const map = await queryMap({ kind }, SEED, X, OPTIONS);
  expectClose(
    await variantFgsm(network, map, pixels, Y, [0.1], OPTIONS),
    adversarial.toArray(),
    TOLERANCE.rounding,
  );
  const standardized = { eps: 1, epsUnits: 'standardized' } as const;
  const channels = [0.05, 0.1, 0.2];
  const scale = Float64Array.from({ length: 36 }, (_, j) => channels[j % 3] ?? NaN);
  const byChannel = await fgsm(target, pixels, Y, { ...standardized, scale });
  expectClose(
    await variantFgsm(network, map, pixels, Y, channels, OPTIONS),
    byChannel.adversarial.toArray(),
    TOLERANCE.rounding,
  );
});

it.each([false, true])(
  'reports the progress of the trainings, which never goes back',
  async (withControl) => {
    const shares: number[] = [];
    await trainVariant({ kind: 'linearized' }, SETTING, withControl, {
      onProgress: (share) => shares.push(share),
    });
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  },
);

it('stops when the signal fires', async () => {
  const controller = new AbortController();
  controller.abort();
  await expect(
    trainVariant({ kind: 'linearized' }, SETTING, false, { signal: controller.signal }),
  ).rejects.toMatchObject({ code: 'ERR_ABORTED' });
});
