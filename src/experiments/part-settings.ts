/** The settings that single parts have: what they may be, and their values in each preset. */
import { z } from 'zod';
import { multiverseGrid } from './parts/multiverse-readings.js';
import type { ReproduceConfig } from './results.js';
import { distinct, positive } from './schema.js';

const count = z.int().nonnegative();
const sigmas = distinct(z.number().positive());

type PartSettings = Pick<ReproduceConfig, 'dynamics' | 'truth' | 'multiverse'>;

/** Entries of the config's schema. */
export const PART_SCHEMAS: {
  readonly [Part in keyof PartSettings]: z.ZodType<PartSettings[Part]>;
} = {
  dynamics: z.strictObject({ trainCount: positive.min(10) }),
  truth: z.strictObject({
    trainCount: positive.min(10),
    testCount: positive,
    epochs: positive,
    widths: distinct(positive),
    contexts: distinct(z.enum(['fixed', 'recomputed'])),
    removals: positive,
    subsets: count,
    reseeds: count,
    subsetShare: z.number().positive().max(1),
  }),
  multiverse: z.strictObject({
    widths: distinct(positive),
    distance: z.strictObject({
      table: distinct(z.literal('t1')),
      sigma: sigmas,
      l2: distinct(z.number().nonnegative()),
      n: distinct(positive.min(10)),
      epochs: distinct(positive),
      loss: distinct(z.enum(['cross-entropy', 'mse'])),
      norm: distinct(z.enum(['spectral', 'frobenius', 'rms'])),
    }),
    flipTrainCount: positive.min(10),
    flipTestCount: positive,
    flipWidth: positive,
    flips: z.strictObject({
      table: distinct(z.enum(['t2', 't3', 't4'])),
      sigma: sigmas,
      eps: distinct(z.enum(['standardised', 'pixel', 'unit'])),
      influence: distinct(z.enum(['loo', 'no-denominator', 'alpha-kept'])),
      aggregate: distinct(z.enum(['mean', 'pair'])),
      target: distinct(z.enum(['loss', 'margin', 'prediction'])),
      kernel: distinct(z.enum(['km', 'kinf'])),
      points: distinct(z.enum(['singly', 'together'])),
      step: distinct(z.enum(['usual', 'quarter', 'tenth'])),
      context: distinct(z.enum(['fixed', 'recomputed'])),
    }),
  }),
};

const QUICK: PartSettings = {
  dynamics: { trainCount: 300 },
  truth: {
    trainCount: 300,
    testCount: 100,
    epochs: 200,
    widths: [16, 64],
    contexts: ['recomputed'],
    ...{ removals: 10, subsets: 8, reseeds: 2 },
    subsetShare: 0.5,
  },
  multiverse: multiverseGrid('quick'),
};

/** Spread into the presets of the same names. */
export const PART_SETTINGS: Readonly<Record<'quick' | 'standard' | 'paper', PartSettings>> = {
  quick: QUICK,
  standard: { ...QUICK, multiverse: multiverseGrid('standard') },
  paper: {
    dynamics: { trainCount: 2000 },
    truth: {
      ...QUICK.truth,
      ...{ trainCount: 1000, testCount: 200, epochs: 500 },
      widths: [16, 256, 1024],
      contexts: ['fixed', 'recomputed'],
      ...{ removals: 30, subsets: 30, reseeds: 4 },
    },
    multiverse: multiverseGrid('paper'),
  },
};
