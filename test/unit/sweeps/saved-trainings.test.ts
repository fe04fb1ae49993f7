/** Trainings that are saved, stopped and gone on with, by other processes as it were: each takes a new SavedTrainings. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  Matrix,
  TwoLayerNetwork,
  type Elements,
  type TrainingResult,
  type TrainingState,
} from '../../../src/index.js';
import { Checkpoints } from '../../../src/runs/checkpoints.js';
import { SavedTrainings, type Saving, type Training } from '../../../src/sweeps/saved-trainings.js';
import { oneHotRows, unitRowMatrix } from '../linalg/matrices.js';

const [POINTS, EPOCHS] = [12, 5];
const STEPS = { loss: 'cross-entropy', epochs: EPOCHS, learningRate: 0.05, seed: 3 } as const;
const STOPPED = AbortSignal.abort();

let run: string;
let folder: string;

beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), 'ntkit-saved-'));
  folder = join(run, 'checkpoints');
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(run, { recursive: true, force: true });
});

async function training(
  optimizer: 'adam' | 'sgd' = 'adam',
  precision: 'float64' | 'float32' = 'float64',
  batchSize = 5,
): Promise<Training<Elements>> {
  const shape = { inputs: 4, outputs: 3, width: 70, seed: 1, scale: 0.5 };
  const network = await TwoLayerNetwork.create({ ...shape, precision });
  const [X, Y] = [unitRowMatrix(POINTS, 4, 2), Matrix.from(oneHotRows(POINTS, 3))];
  const single = precision === 'float32';
  return {
    ...{ data: 'toy', name: 'network 70', network },
    ...{ X: single ? X.toFloat32() : X, Y: single ? Y.toFloat32() : Y },
    options: { ...STEPS, optimizer, batchSize },
  };
}

const trainings = (more: Partial<Saving> = {}): SavedTrainings =>
  new SavedTrainings({ checkpoints: new Checkpoints(run), numerics: '1', seconds: 1000, ...more });

/** Trains until it is stopped after an epoch and saved, as a run that is asked to stop does. */
async function stopped(all: Training<Elements>, more: Partial<Saving> = {}): Promise<void> {
  const saving = trainings({ seconds: 0, drain: STOPPED, ...more });
  await expect(saving.train(all)).rejects.toMatchObject({ code: 'ERR_ABORTED' });
}

/** Watches how many epochs are computed from now on. */
function epochsComputed(): () => number {
  const { mock } = vi.spyOn(TwoLayerNetwork.prototype, 'trainResumably');
  return () =>
    mock.settledResults.reduce((sum, { value }, i) => {
      const behind = mock.calls[i]?.[2].from?.epoch ?? 0;
      return sum + (value as TrainingState).epoch - behind;
    }, 0);
}

function expectSame(
  { network, losses }: Pick<TrainingResult<Elements>, 'network' | 'losses'>,
  expected: TrainingResult<Elements>,
): void {
  expect(network.weights.data).toEqual(expected.network.weights.data);
  expect(losses).toEqual(expected.losses);
}

describe.each([
  ['adam', 'float64', 5],
  ['adam', 'float32', POINTS],
  ['sgd', 'float64', POINTS],
  ['sgd', 'float32', 5],
] as const)('by %s in %s on batches of %d', (optimizer, precision, batchSize) => {
  it('a training that is stopped after every epoch ends with the same bits', async () => {
    const all = await training(optimizer, precision, batchSize);
    const { network, X, Y, options } = all;
    const expected = await network.train(X, Y, options);
    const computed = epochsComputed();
    for (let epoch = 1; epoch < EPOCHS; epoch++) {
      await stopped(all);
      expect(computed()).toBe(epoch);
      expect(readdirSync(folder)).toHaveLength(1);
    }
    const saving = trainings();
    expectSame(await saving.train(all), expected);
    expect(computed()).toBe(EPOCHS);
    await saving.forget([all.name]);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('what is saved', () => {
  it('is nothing of a short training', async () => {
    await trainings().train(await training());
    expect(readdirSync(run)).toEqual([]);
  });

  it('is every epoch when it is time, and the last', async () => {
    const all = await training();
    const written = vi.spyOn(Checkpoints.prototype, 'write');
    // A save takes a twentieth of the time at most: it has to take none.
    vi.spyOn(performance, 'now').mockReturnValue(0);
    await trainings({ seconds: 0 }).train(all);
    expect(written).toHaveBeenCalledTimes(EPOCHS);
    vi.restoreAllMocks();
    const computed = epochsComputed();
    await trainings().train(all);
    expect(computed()).toBe(0);
  });

  it.each([
    ['other data', { data: 'toys' }],
    ['another name', { name: 'network 71' }],
    ['other options', { options: { ...STEPS, learningRate: 0.06 } }],
  ])('is not used for %s', async (_, change) => {
    const all = await training();
    await stopped(all);
    const computed = epochsComputed();
    await trainings().train({ ...all, ...change });
    expect(computed()).toBe(EPOCHS);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('is not used by another numerics version', async () => {
    const all = await training();
    await stopped(all);
    const computed = epochsComputed();
    await trainings({ numerics: '2' }).train(all);
    expect(computed()).toBe(EPOCHS);
  });

  it('is not used when it is damaged: training begins again', async () => {
    const all = await training();
    const expected = await all.network.train(all.X, all.Y, all.options);
    await stopped(all);
    const path = join(folder, readdirSync(folder)[0] ?? '');
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const computed = epochsComputed();
    expectSame(await trainings().train(all), expected);
    expect(computed()).toBe(EPOCHS);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a stop', () => {
  it('waits for a training that has little left', async () => {
    const all = await training();
    const { losses } = await trainings({ drain: STOPPED }).train(all);
    expect(losses).toHaveLength(EPOCHS);
  });

  it('is seen in the middle of a training', async () => {
    const all = await training();
    const drain = new AbortController();
    const long = { ...all, options: { ...all.options, epochs: 2 ** 31 - 1 } };
    const trained = trainings({ seconds: 0.5, drain: drain.signal }).train(long);
    setTimeout(() => {
      drain.abort();
    }, 20);
    await expect(trained).rejects.toMatchObject({
      code: 'ERR_ABORTED',
      message: expect.stringMatching(/^Saved at epoch \d+ of 2147483647$/) as string,
    });
  });

  it('that cannot save says so', async () => {
    writeFileSync(folder, 'a file');
    const saving = trainings({ seconds: 0, drain: STOPPED });
    await expect(saving.train(await training())).rejects.toMatchObject({ code: 'ERR_STORE' });
  });

  it('is needed for that: a training that goes on is not lost with a save', async () => {
    writeFileSync(folder, 'a file');
    const { losses } = await trainings({ seconds: 0 }).train(await training());
    expect(losses).toHaveLength(EPOCHS);
  });
});
