/** The schema of a sweep's file, for editors: `schemas/sweep.json` is made of it. */
import { z } from 'zod';
import { MEASURE_NAMES } from '../measures/names.js';
import { AXES, AXIS_NAMES } from './axes.js';

/** A data set made up: what `syntheticDataset` makes, drawn from as from any other. */
export interface SyntheticEntry {
  /** What results call the data set. */
  readonly name: string;
  /** How it is made. */
  readonly synthetic: {
    /** Training and test together. */
    readonly points: number;
    /** Inputs of a point. */
    readonly inputs: number;
    /** Number of classes. */
    readonly classes: number;
    /** Eigenvalues fall as k^-rate or exp(-rate (k - 1)). */
    readonly decay: 'power' | 'exponential';
    /** How fast the eigenvalues fall. */
    readonly rate: number;
    /** Default 0. */
    readonly seed?: number | undefined;
  };
}

/** The user's own files. */
export interface FilesEntry {
  /** Default: the last part of the path. */
  readonly name?: string | undefined;
  /** File or folder; a relative path starts at the config's folder. */
  readonly path: string;
  /** Column or file of the labels. */
  readonly labels?: string | undefined;
}

/** One entry of `data`. */
export type DataEntry = 'mnist' | 'cifar10' | FilesEntry | SyntheticEntry;

const NAME = z
  .string()
  .regex(/^[\w.-]{1,64}$/)
  .describe('what results call the data set');

export const FILES_ENTRY: z.ZodType<FilesEntry> = z.strictObject({
  name: NAME.optional(),
  path: z
    .string()
    .min(1)
    .describe("file or folder with the data; a relative path starts at the config's folder"),
  labels: z.string().min(1).optional().describe('column or file of the labels'),
});

export const SYNTHETIC_ENTRY: z.ZodType<SyntheticEntry> = z.strictObject({
  name: NAME,
  synthetic: z.strictObject({
    points: z.int().min(2).max(100_000).describe('points, training and test together'),
    inputs: z.int().positive().max(100_000).describe('inputs of a point'),
    classes: z.int().min(2).max(1000),
    decay: z.enum(['power', 'exponential']).describe('how the eigenvalues fall'),
    rate: z.number().nonnegative(),
    seed: z.int().nonnegative().optional().describe('default 0'),
  }),
});

export const DATA_ENTRY: z.ZodType<DataEntry> = z.union([
  z.enum(['mnist', 'cifar10']),
  FILES_ENTRY,
  SYNTHETIC_ENTRY,
]);

export const READING: z.ZodType<'as-stated' | 'best-fit'> = z.enum(['as-stated', 'best-fit']);

const RANGE = z
  .string()
  .regex(/\.\./)
  .describe('range: "4..4096 x2" multiplies, "0..1 +0.25" adds, "0..9" counts');

/** One value, a list of values, or a range. */
function listOf(value: z.ZodType, numeric: boolean): z.ZodType {
  const item = numeric ? z.union([value, RANGE]) : value;
  return z.union([item, z.array(item).min(1)]).optional();
}

/** The JSON Schema of a sweep's file. */
export function sweepJsonSchema(): object {
  const axes = AXIS_NAMES.map((name) => {
    const { value, default: defaultValue, says } = AXES[name];
    const schema = listOf(value, typeof defaultValue === 'number');
    return [name, schema.describe(`${says}; default ${defaultValue}`)] as const;
  });
  const schema = z.strictObject({
    name: z.string().optional().describe('what reports call the sweep'),
    measure: listOf(z.enum(MEASURE_NAMES), false).describe('what is measured; default distance'),
    data: z.union([DATA_ENTRY, z.array(DATA_ENTRY).min(1)]),
    ...Object.fromEntries(axes),
    reading: listOf(READING, false).describe("the paper's sigma and epsUnits together"),
  });
  return { title: 'A sweep of ntkit', ...z.toJSONSchema(schema, { io: 'input' }) };
}
