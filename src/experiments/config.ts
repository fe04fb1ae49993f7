/** What a replication run is asked to do: the presets, and the schema that a changed preset must satisfy. */
import { z } from 'zod';
import type { ImageDataset } from '../data/dataset.js';
import { NtkitError } from '../errors.js';
import type { ReadingName, ReproduceConfig } from './results.js';

const positive = z.int().positive();

/** A list without repetitions: a cell computed twice would count as two seeds. */
function distinct<Item extends z.ZodType>(item: Item): z.ZodReadonly<z.ZodArray<Item>> {
  return z
    .array(item)
    .min(1)
    .refine((items) => new Set(items).size === items.length, 'Expected distinct values')
    .readonly();
}

/** Larger seeds belong to control networks. */
const MAX_SEED = 2 ** 32 - 1;

const CONFIG = z.strictObject({
  preset: z.string(),
  dataset: z.string(),
  trainCount: positive.min(10),
  testCount: positive,
  widths: distinct(positive),
  seeds: distinct(z.int().nonnegative().max(MAX_SEED)),
  models: distinct(z.enum(['relu', 'attention'])),
  readings: distinct(z.enum(['as-stated', 'best-fit'])),
  influenceWidth: positive,
  attacks: distinct(z.enum(['fgsm', 'pgd', 'mim'])),
  eps: z.number().positive(),
  tau: z.number().positive().max(1),
  ridge: z.number().positive(),
  epochs: positive,
  batchSize: positive,
  learningRate: z.number().positive(),
  weightDecay: z.number().nonnegative(),
  trainPrecision: z.enum(['float32', 'float64']),
});

/** The paper's setting (Section 5), at sizes that take minutes. */
const QUICK: ReproduceConfig = {
  preset: 'quick',
  dataset: 'mnist',
  trainCount: 1000,
  testCount: 500,
  widths: [16, 64, 256, 1024],
  seeds: [0, 1],
  models: ['relu', 'attention'],
  readings: ['as-stated', 'best-fit'],
  influenceWidth: 1024,
  attacks: ['fgsm', 'pgd', 'mim'],
  eps: 0.3,
  tau: 0.1,
  ridge: 1e-3,
  epochs: 500,
  batchSize: 128,
  learningRate: 1e-3,
  weightDecay: 1e-3,
  trainPrecision: 'float32',
};

const PRESETS: Readonly<Record<string, ReproduceConfig>> = { quick: QUICK };

/** Names of the presets. */
export const presetNames: readonly string[] = Object.keys(PRESETS);

/**
 * A preset with some of its values changed.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` naming the key.
 */
export function reproduceConfig(
  preset: string,
  changes: Partial<ReproduceConfig> = {},
): ReproduceConfig {
  const base = PRESETS[preset];
  if (base === undefined) {
    const known = presetNames.map((name) => `'${name}'`).join(' or ');
    throw invalid(`Expected ${known} for preset but received ${JSON.stringify(preset)}`);
  }
  const parsed = CONFIG.safeParse({ ...base, ...changes });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const key = issue === undefined || issue.path.length === 0 ? 'config' : issue.path.join('.');
    throw invalid(`Expected a valid ${key}: ${issue?.message ?? ''}`);
  }
  if (!parsed.data.widths.includes(parsed.data.influenceWidth)) {
    throw invalid(
      `Expected one of the widths ${parsed.data.widths.join(', ')} for influenceWidth ` +
        `but received ${parsed.data.influenceWidth}`,
    );
  }
  return parsed.data;
}

function invalid(message: string): NtkitError {
  return new NtkitError('ERR_INVALID_ARGUMENT', message);
}

/** What a reading fixes: the initial scale sigma, and eps in pixels given the data's pixel standard deviation. */
export interface Reading {
  readonly scale: number;
  epsPixels(eps: number, pixelStd: number): number;
}

export const READINGS: Readonly<Record<ReadingName, Reading>> = {
  'as-stated': { scale: 0.01, epsPixels: (eps) => eps },
  'best-fit': { scale: 1, epsPixels: (eps, pixelStd) => eps * pixelStd },
};

/**
 * Refuses a config that asks for more images than a data set has.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` naming the key.
 */
export function requireEnoughData(config: ReproduceConfig, dataset: ImageDataset): void {
  for (const [key, wanted, count] of [
    ['trainCount', config.trainCount, dataset.train.count],
    ['testCount', config.testCount, dataset.test.count],
  ] as const) {
    if (wanted > count) {
      throw invalid(
        `Expected at most ${count}, what ${dataset.name} has, for ${key} but received ${wanted}`,
      );
    }
  }
}
