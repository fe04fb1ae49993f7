/** What a replication run is asked to do: the presets, and the schema that a changed preset must satisfy. */
import { z } from 'zod';
import type { ImageDataset } from '../data/dataset.js';
import { NtkitError } from '../errors.js';
import { binaryClasses } from './binary-classes.js';
import { partNames, presetNames, type PartName } from './names.js';
import { PART_SCHEMAS, PART_SETTINGS } from './part-settings.js';
import type { ReproduceConfig, TaskName } from './results.js';
import { imagesOf } from './sample.js';
import { distinct, positive } from './schema.js';

/** Larger seeds belong to control networks. */
const MAX_SEED = 2 ** 32 - 1;

/** With more, the seeds of draws would leave the safe integers. */
const MAX_DRAWS = 2 ** 20;

const CONFIG = z.strictObject({
  preset: z.string(),
  datasets: distinct(z.string()),
  parts: distinct(z.enum(partNames)),
  trainCount: positive.min(10),
  testCount: positive,
  widths: distinct(positive),
  seeds: distinct(z.int().nonnegative().max(MAX_SEED)),
  models: distinct(z.enum(['relu', 'attention'])),
  readings: distinct(z.enum(['as-stated', 'best-fit'])),
  influenceWidth: positive,
  attacks: distinct(z.enum(['fgsm', 'pgd', 'mim'])),
  eps: z.number().positive(),
  epsilons: distinct(z.number().positive()),
  conditionCounts: distinct(positive),
  conditionDraws: positive.max(MAX_DRAWS),
  theoryCount: positive.min(10),
  truncationRanks: distinct(positive, 0),
  variantWidths: distinct(positive),
  variantReadings: distinct(z.enum(['as-stated', 'best-fit'])),
  tau: z.number().positive().max(1),
  ridge: z.number().positive(),
  epochs: positive,
  adversarialEpochs: positive,
  batchSize: positive,
  learningRate: z.number().positive(),
  weightDecay: z.number().nonnegative(),
  trainPrecision: z.enum(['float32', 'float64']),
  ...PART_SCHEMAS,
});

/** The paper's setting (Section 5), at sizes that take minutes. */
const QUICK: ReproduceConfig = {
  preset: 'quick',
  datasets: ['mnist'],
  parts: ['spectrum', 'table1', 'table2'],
  trainCount: 1000,
  testCount: 500,
  widths: [16, 64, 256, 1024],
  seeds: [0, 1],
  models: ['relu', 'attention'],
  readings: ['as-stated', 'best-fit'],
  influenceWidth: 1024,
  attacks: ['fgsm', 'pgd', 'mim'],
  eps: 0.3,
  epsilons: [0.1, 0.2, 0.3, 0.5],
  conditionCounts: [50, 100, 200, 500, 1000],
  conditionDraws: 2,
  theoryCount: 500,
  truncationRanks: [],
  variantWidths: [16, 1024],
  variantReadings: ['best-fit'],
  tau: 0.1,
  ridge: 1e-3,
  epochs: 500,
  adversarialEpochs: 50,
  batchSize: 128,
  learningRate: 1e-3,
  weightDecay: 1e-3,
  trainPrecision: 'float32',
  ...PART_SETTINGS.quick,
};

/** Every part on both data sets, in about an hour on two cores: what does not fit it is left to `paper`. */
const STANDARD: ReproduceConfig = {
  ...QUICK,
  preset: 'standard',
  datasets: ['mnist', 'cifar10'],
  parts: [...partNames],
  trainCount: 2000,
  widths: [16, 64, 512],
  seeds: [0, 1, 2],
  influenceWidth: 64,
  conditionCounts: [50, 100, 200, 500, 1000, 2000],
  conditionDraws: 3,
  truncationRanks: [32],
  variantWidths: [16, 64],
  // A step of PGD through attention multiplies by d x d twice: on CIFAR-10 an epoch costs some five hundred others.
  adversarialEpochs: 10,
  ...PART_SETTINGS.standard,
};

/** The paper's widths. How many points it trained on is not known: this is what both binary tasks have. */
const PAPER: ReproduceConfig = {
  ...STANDARD,
  preset: 'paper',
  trainCount: 10_000,
  testCount: 1000,
  widths: [4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096],
  seeds: [0, 1, 2, 3, 4],
  influenceWidth: 4096,
  conditionCounts: [50, 100, 200, 500, 1000, 2000, 5000, 10_000],
  theoryCount: 1000,
  truncationRanks: [10, 100],
  variantWidths: [16, 256, 4096],
  variantReadings: ['as-stated', 'best-fit'],
  adversarialEpochs: 500,
  ...PART_SETTINGS.paper,
};

const PRESETS: Readonly<Record<(typeof presetNames)[number], ReproduceConfig>> = {
  quick: QUICK,
  standard: STANDARD,
  paper: PAPER,
};

/**
 * A preset with some of its values changed.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` naming the key.
 */
export function reproduceConfig(
  preset: string,
  changes: Partial<ReproduceConfig> = {},
): ReproduceConfig {
  const name = presetNames.find((known) => known === preset);
  if (name === undefined) {
    const known = presetNames.map((name) => `'${name}'`).join(' or ');
    throw invalid(`Expected ${known} for preset but received ${JSON.stringify(preset)}`);
  }
  const wanted = { ...PRESETS[name], ...changes };
  const parsed = CONFIG.safeParse(wanted);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0] ?? { path: [], message: '' };
    if (path.length === 0) throw invalid(`Expected a valid config: ${message}`);
    const received = shown(path.reduce<unknown>(valueIn, wanted));
    throw invalid(`Expected a valid ${path.join('.')} but received ${received}: ${message}`);
  }
  if (!parsed.data.widths.includes(parsed.data.influenceWidth)) {
    throw invalid(
      `Expected one of the widths ${parsed.data.widths.join(', ')} for influenceWidth ` +
        `but received ${parsed.data.influenceWidth}`,
    );
  }
  return parsed.data;
}

function valueIn(of: unknown, key: PropertyKey): unknown {
  return (of as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key];
}

/** JSON, where there is one: it writes NaN as null. */
function shown(value: unknown): string {
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

function invalid(message: string): NtkitError {
  return new NtkitError('ERR_INVALID_ARGUMENT', message);
}

/** Parts whose networks learn two classes. */
const BINARY_PARTS: readonly PartName[] = ['table3', 'multiverse'];

/**
 * Refuses a config that asks for more images than a data set has.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` naming the key.
 */
export function requireEnoughData(config: ReproduceConfig, dataset: ImageDataset): void {
  const binary = config.parts.some((part) => BINARY_PARTS.includes(part));
  for (const task of binary ? (['multiclass', 'binary'] as const) : (['multiclass'] as const)) {
    for (const [key, split] of [
      ['trainCount', 'train'],
      ['testCount', 'test'],
    ] as const) {
      const count = available(dataset, split, task);
      if (config[key] > count) {
        const whose = task === 'binary' ? `the binary task of ${dataset.name}` : dataset.name;
        throw invalid(
          `Expected at most ${count}, what ${whose} has, for ${key} but received ${config[key]}`,
        );
      }
    }
  }
}

function available(dataset: ImageDataset, split: 'train' | 'test', task: TaskName): number {
  const classes = task === 'binary' ? binaryClasses(dataset.name) : undefined;
  return imagesOf(dataset[split], classes).length;
}
