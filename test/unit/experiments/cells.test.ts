/** The cells of a run against an independent computation by plain loops. */
import { beforeAll, describe, expect, it } from 'vitest';
import type {
  CellResult,
  DistanceCell,
  FlipCell,
  ImagesCell,
  SpectrumCell,
} from '../../../src/experiments/results.js';
import { linearizedAttention } from '../../reference/attention.js';
import { jacobiEigenvalues } from '../../reference/eigen.js';
import { ridgePredictions } from '../../reference/influence.js';
import { infiniteNtkFirst } from '../../reference/kernels.js';
import { empiricalNtk, forward, loss, type Network } from '../../reference/network.js';
import {
  at,
  build,
  dot,
  item,
  multiply,
  norm,
  rowOf,
  transpose,
  unitRows,
  type Rows,
} from '../../reference/rows.js';
import { spectrumMetrics } from '../../reference/spectrum.js';
import { expectClose } from '../../support/expect-close.js';
import { TOLERANCE } from '../../support/tolerance.js';
import {
  attackedPixels,
  expectFlips,
  influenceOf,
  scoresUnderAttack,
  trainedTwin,
  type Setting,
} from './flip-twin.js';
import { TINY_CONFIG, TINY_DATASET, runTiny } from './tiny.js';
import { batchesOf, drawTwin, inputsOf, scoresOf, train } from './twin.js';

const WIDTH = 8;
const SEED = 5;
const CONTROL_SEED = SEED + 2 ** 32;
const SETTINGS = (['relu', 'attention'] as const).flatMap((model) =>
  (['as-stated', 'best-fit'] as const).map((reading) => ({ model, reading })),
);

const sample = drawTwin(TINY_DATASET, TINY_CONFIG, SEED);
const classes = TINY_DATASET.classes.length;
let cells: readonly CellResult[];

beforeAll(async () => {
  ({ cells } = await runTiny({ ...TINY_CONFIG, seeds: [SEED], widths: [WIDTH] }));
});

function cellOf<Kind extends CellResult>(wanted: Partial<Kind>): Kind {
  const found = cells.filter((cell) =>
    Object.entries(wanted).every(([key, value]) => cell[key as keyof CellResult] === value),
  );
  expect(found).toHaveLength(1);
  return found[0] as Kind;
}

/** The networks of a setting, before and after training, from a seed. */
function networksOf(setting: Setting, seed: number): { initial: Network; trained: Network } {
  return trainedTwin(setting, sample, WIDTH, seed);
}

function difference(A: Rows, B: Rows): number[][] {
  return build(A.length, rowOf(A, 0).length, (i, j) => at(A, i, j) - at(B, i, j));
}

function frobenius(A: Rows): number {
  return norm(A.flat());
}

function spectral(A: Rows): number {
  return Math.sqrt(item(jacobiEigenvalues(multiply(transpose(A), A)), 0));
}

function softmax(row: readonly number[]): number[] {
  const sum = row.reduce((total, value) => total + Math.exp(value), 0);
  return row.map((value) => Math.exp(value) / sum);
}

function accuracy(outputs: Rows): number {
  const right = sample.testLabels.filter((label, i) => {
    const row = rowOf(outputs, i);
    return row.indexOf(Math.max(...row)) === label;
  });
  return right.length / outputs.length;
}

/** Mean loss over the batches of the last epoch, each met by the network as it was then. */
function lastEpochLoss(setting: Setting): number {
  const { train: rows } = inputsOf(setting.model, sample.X, sample.Z);
  const { initial } = networksOf(setting, SEED);
  const batches = batchesOf(SEED, TINY_CONFIG);
  const perEpoch = batches.length / TINY_CONFIG.epochs;
  let sum = 0;
  for (let step = batches.length - perEpoch; step < batches.length; step++) {
    const network = train(initial, rows, sample.Y, batches.slice(0, step), TINY_CONFIG);
    const batch = batches[step] ?? [];
    const [points, targets] = [rows, sample.Y].map((all) => batch.map((i) => rowOf(all, i)));
    sum += batch.length * loss('cross-entropy', network, points ?? [], targets ?? []);
  }
  return sum / TINY_CONFIG.trainCount;
}

it('the spectrum cell has the spectra before and after attention', () => {
  const cell = cellOf<SpectrumCell>({ kind: 'spectrum' });
  const plain = spectrumMetrics(sample.X, { eps: 0.3 });
  const normalized = spectrumMetrics(linearizedAttention(sample.X), { eps: 0.3 });
  expect(cell).toMatchObject({ n: 24, d: 36, seed: SEED });
  expectClose(cell.plain.eigenvalues, plain.eigenvalues, TOLERANCE.golden);
  expectClose(cell.normalized.eigenvalues, normalized.eigenvalues, TOLERANCE.golden);
  expectClose(cell.plain.topShare, plain.topShare, TOLERANCE.golden);
  expectClose(cell.plain.kappaD, plain.kappaD, TOLERANCE.illConditioned);
  expectClose(cell.log10KappaCubed, plain.log10KappaCubed, TOLERANCE.illConditioned);
});

describe.each(SETTINGS)('the distance cell of $model, $reading', (setting) => {
  it('is that of plain loops', () => {
    const { train: rows, test } = inputsOf(setting.model, sample.X, sample.Z);
    const { initial, trained } = networksOf(setting, SEED);
    const K = infiniteNtkFirst(rows);
    const predictions = ridgePredictions(
      K,
      sample.Y,
      infiniteNtkFirst(rows, test),
      TINY_CONFIG.ridge,
    );
    const outputs = forward(trained, test);
    const gap = difference(outputs, predictions);
    const ofProbabilities = difference(outputs.map(softmax), predictions);
    const kernel = ({ weights }: Network): Rows =>
      empiricalNtk(rows, rows, { weights, trained: 'first' });
    const [atStart, atEnd] = [kernel(initial), kernel(trained)];
    const dead = trained.weights.filter((w) => rows.every((x) => dot(w, x) <= 0));

    const cell = cellOf<DistanceCell>({ kind: 'distance', ...setting, width: WIDTH });
    const expected: Partial<DistanceCell> = {
      spectral: spectral(gap),
      frobenius: frobenius(gap),
      rms: frobenius(gap) / Math.sqrt(gap.length * classes),
      softmax: {
        spectral: spectral(ofProbabilities),
        frobenius: frobenius(ofProbabilities),
        rms: frobenius(ofProbabilities) / Math.sqrt(gap.length * classes),
      },
      networkAccuracy: accuracy(outputs),
      ridgeAccuracy: accuracy(predictions),
      finalLoss: lastEpochLoss(setting),
      deadUnits: dead.length / WIDTH,
      kernelError: frobenius(difference(atStart, K)) / frobenius(K),
      kernelDrift: frobenius(difference(atEnd, atStart)) / frobenius(atStart),
    };
    const { softmax: norms, ...measured } = expected;
    for (const [name, value] of Object.entries(measured)) {
      expectClose(cell[name as keyof DistanceCell], value as number, TOLERANCE.illConditioned);
    }
    for (const [name, value] of Object.entries(norms ?? {})) {
      const received = cell.softmax[name as keyof DistanceCell['softmax']];
      expectClose(received, value as number, TOLERANCE.illConditioned);
    }
    expect(cell).toMatchObject({ seed: SEED, width: WIDTH, ...setting });
  });
});

describe.each(SETTINGS)('the flip cells of $model, $reading', (setting) => {
  const influence = influenceOf(networksOf(setting, SEED).trained, setting.model, sample);

  it.each(['fgsm', 'pgd', 'mim'] as const)('under %s are those of plain loops', (attack) => {
    const epsPixels = setting.reading === 'best-fit' ? 0.3 * 0.25 : 0.3;
    const cell = cellOf<FlipCell>({ kind: 'flip', ...setting, attack });
    expect(cell).toMatchObject({ eps: 0.3, epsPixels });
    expect(cell).toMatchObject({ width: WIDTH, seed: SEED });
    expectFlips(
      cell,
      influence,
      scoresUnderAttack(influence, setting.model, sample, attack, epsPixels, SEED),
    );
  });

  it('of the control compare with a network of another seed', () => {
    const { trained } = networksOf(setting, CONTROL_SEED);
    const inputs = inputsOf(setting.model, sample.X, sample.Z);
    const after = scoresOf(trained, inputs, sample, TINY_CONFIG.ridge);
    expectFlips(cellOf<FlipCell>({ kind: 'flip', ...setting, attack: 'reseed' }), influence, after);
  });

  it('name the images with the largest and the smallest scores', () => {
    const { before } = influence;
    const order = before.map((_, i) => i).sort((i, j) => item(before, j) - item(before, i));
    const cell = cellOf<ImagesCell>({ kind: 'images', ...setting });
    const indices = (positions: number[]): number[] =>
      positions.map((i) => item(sample.indices, i));
    expect(cell.helpful.map(({ index }) => index)).toEqual(indices(order.slice(0, 8)));
    expect(cell.harmful.map(({ index }) => index)).toEqual(indices(order.slice(-8).reverse()));
    for (const { index, label, width, height, channels, before: clean } of cell.helpful) {
      const { train: images } = TINY_DATASET;
      expect({ width, height, channels }).toEqual({ width: 6, height: 6, channels: 1 });
      expect(clean.pixels).toEqual([...images.pixels.subarray(36 * index, 36 * (index + 1))]);
      expect(label).toBe(TINY_DATASET.classes[images.labels[index] ?? NaN]);
      const score = item(before, sample.indices.indexOf(index));
      expectClose(clean.score, score, TOLERANCE.illConditioned);
    }
  });

  it('show them after they and the top points are replaced together', () => {
    const { model, reading } = setting;
    const { network, before, top } = influence;
    const order = before.map((_, i) => i).sort((i, j) => item(before, j) - item(before, i));
    const shown = [...order.slice(0, 8), ...order.slice(-8).reverse()];
    const points = [...new Set([...shown, ...top])];
    const eps = reading === 'best-fit' ? 0.3 * 0.25 : 0.3;
    const pixels = attackedPixels(network, model, sample, points, 'pgd', eps, SEED);
    const inputs = inputsOf(model, unitRows(pixels), sample.Z);
    const after = scoresOf(network, inputs, sample, TINY_CONFIG.ridge);
    const cell = cellOf<ImagesCell>({ kind: 'images', ...setting });
    expect(cell).toMatchObject({ eps: 0.3, epsPixels: eps });
    for (const [k, image] of [...cell.helpful, ...cell.harmful].entries()) {
      const i = item(shown, k);
      const grey = rowOf(pixels, i).map((value) => Math.round(255 * value));
      expect(image.after.pixels).toEqual(grey);
      expectClose(image.after.score, item(after, i), TOLERANCE.illConditioned);
      expect(image.after.pixels).not.toEqual(image.before.pixels);
    }
  });
});

it('some attack flips the sign of some score, so that the comparison is one', () => {
  const rates = cells.flatMap((cell) => (cell.kind === 'flip' ? [cell.flipRate] : []));
  expect(Math.max(...rates)).toBeGreaterThan(0);
  expect(Math.min(...rates)).toBeLessThan(1);
});
