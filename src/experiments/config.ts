/** What a replication run is asked to do: the presets, and the schema that a changed preset must satisfy. */
import { z } from 'zod';
import { NtkitError } from '../errors.js';
import type { ReadingName, ReproduceConfig } from './results.js';

const positive = z.int().positive();
const nonEmpty = <Item extends z.ZodType>(item: Item): z.ZodReadonly<z.ZodArray<Item>> =>
  z.array(item).min(1).readonly();

const CONFIG = z.strictObject({
  preset: z.string(),
  dataset: z.string(),
  trainCount: positive.min(10),
  testCount: positive,
  widths: nonEmpty(positive),
  seeds: nonEmpty(z.int().nonnegative()),
  models: nonEmpty(z.enum(['relu', 'attention'])),
  readings: nonEmpty(z.enum(['as-stated', 'best-fit'])),
  influenceWidth: positive,
  attacks: nonEmpty(z.enum(['fgsm', 'pgd', 'mim'])),
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
    throw invalid(`Expected a valid ${issue?.path.join('.') ?? 'config'}: ${issue?.message ?? ''}`);
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
