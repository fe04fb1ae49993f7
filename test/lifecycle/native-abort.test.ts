/** How soon native work stops after an abort: the typed layer rejects at once and does not show it. */
import { createRequire } from 'node:module';
import { afterAll, describe, expect, it } from 'vitest';
import { gaussian, infiniteNtk, uniform } from '../../src/index.js';
import { ROOT } from '../support/built-package.js';
import { FULL, repeat } from '../support/effort.js';
import { reportFigure } from '../support/figures.js';
import { median } from '../support/median.js';
import { points } from './long-operations.js';

type Operation = (request: Readonly<Record<string, unknown>>, job: unknown) => Promise<unknown>;
interface Addon {
  readonly createJob: () => unknown;
  readonly abortJob: (job: unknown) => void;
}

const load = createRequire(import.meta.url)('node-gyp-build') as (folder: string) => unknown;
const addon = load(ROOT) as Addon & Readonly<Record<string, Operation>>;

/** What stopping is to take at most, and what a busy machine may make of it. */
const GOAL_MS = 200;
const SLACK_MS = 2000;
/** Aborts per operation. */
const ATTEMPTS = repeat(5, 50);

const K = await infiniteNtk(points(2200, 40));
const Y = points(2200, 5);
const fitted = (await addon['ridgeFit']?.({ K, Y, ridge: 1, factor: 'float64' }, undefined)) as {
  model: unknown;
};

const network = {
  weights: points(400, 80, 5003),
  signs: { data: gaussian(1, 5004, 2000).map(Math.sign), rows: 400, cols: 5 },
  loss: 'squared',
};
const data = { X: points(600, 80), Y: points(600, 5) };
const pixels = { data: uniform(1, 5007, 800 * 80), rows: 800, cols: 80 };
const adam = {
  ...{ optimizer: 'adam', schedule: 'constant', decay: 'coupled', decayTowards: 'zero' },
  epochs: 80,
  batchSize: 128,
  learningRate: 1e-3,
  weightDecay: 1e-3,
  seed: 3,
};

/** Requests that take a tenth of a second and more. */
const REQUESTS: readonly (readonly [name: string, request: Readonly<Record<string, unknown>>])[] = [
  ['gram', { X: points(2500, 800) }],
  ['secondMoment', { X: points(6000, 700) }],
  ['linearizedAttention', { X: points(3000, 700), normalize: true, layers: 1, stack: 'context' }],
  ['softmaxAttention', { X: points(3000, 300), normalize: true, temperature: 1 }],
  ['infiniteNtk', { X: points(3000, 300), trained: 'first' }],
  ['deepNtk', { X: points(700, 60), depth: 30 }],
  ['empiricalNtk', { X: points(2000, 200), weights: points(2000, 200, 5002), trained: 'first' }],
  ['ridgeFit', { K, Y, ridge: 1, factor: 'float64' }],
  ['eigh', { A: await infiniteNtk(points(1200, 40)), vectors: true }],
  [
    'ridgeInfluence',
    { model: fitted.model, Kt: points(1200, 2200, 5005), Yt: points(1200, 5), target: 'loss' },
  ],
  ['ridgeFit', { K, Y, ridge: 1, factor: 'float32' }],
  ['train', { ...network, ...data, ...adam }],
  [
    'attack',
    {
      ...{ ...network, pixels, Y: points(800, 5), unitRows: true, eps: 0.1, alpha: 0.01 },
      ...{ transductive: false, epsUnits: 'pixel', attackSeed: 3 },
      ...{ steps: 60, randomStart: true, low: 0, high: 1 },
    },
  ],
];

const latencies = new Map<string, readonly number[]>();

afterAll(() => {
  const slowest = Math.max(...[...latencies.values()].map(median));
  reportFigure('stop-latency', slowest, `${latencies.size} operations, ${ATTEMPTS} aborts of each`);
  for (const [name, values] of latencies) {
    const shown = values.map((value) => value.toFixed(0)).join(', ');
    console.info(`${name}: stopped ${shown} ms after the abort (goal ${GOAL_MS})`);
  }
});

/** Milliseconds from an abort after `delay` to the end of the work; undefined when it came too late. */
async function latencyOf(
  name: string,
  request: Readonly<Record<string, unknown>>,
  delay: number,
): Promise<number | undefined> {
  const job = addon.createJob();
  let abortedAt = Infinity;
  const timer = setTimeout(() => {
    abortedAt = performance.now();
    addon.abortJob(job);
  }, delay);
  const failure = await addon[name]?.(request, job).then(
    () => undefined,
    (error: unknown) => error,
  );
  clearTimeout(timer);
  if (failure === undefined) return undefined;
  const latency = performance.now() - abortedAt;
  expect(failure).toMatchObject({ code: 'ERR_ABORTED' });
  return latency;
}

describe.each(REQUESTS)('%s', (name, request) => {
  it('stops soon after an abort at any moment', { timeout: FULL ? 600_000 : 60_000 }, async () => {
    const startedAt = performance.now();
    await addon[name]?.(request, undefined);
    const duration = performance.now() - startedAt;
    const found: number[] = [];
    latencies.set(name, found);
    for (const moment of uniform(2, 6000, 10 * ATTEMPTS)) {
      const latency = await latencyOf(name, request, moment * duration * 0.7);
      if (latency !== undefined) found.push(latency);
      if (found.length === ATTEMPTS) break;
    }
    expect(found.length).toBe(ATTEMPTS);
    expect(Math.max(...found)).toBeLessThan(SLACK_MS);
    expect(median(found)).toBeLessThan(GOAL_MS);
  });
});
