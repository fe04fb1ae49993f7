/** Cells as rows of a table that any program reads. */
import type { Cell } from '../experiments/results.js';
import type { DataRow } from './figures/csv.js';

/**
 * One row a cell: its numbers, texts and nulls, those of nested records under `record.field`. Lists are left out;
 * they are in `results.jsonl`.
 */
export function flatRows(cells: readonly Cell[]): DataRow[] {
  return cells.map((cell) => {
    const { part, dataset, seed, ...rest } = cell;
    return { part, dataset, seed, ...flatten(rest, '') };
  });
}

function flatten(record: object, prefix: string): Record<string, string | number | null> {
  return Object.fromEntries(
    Object.entries(record as Record<string, unknown>).flatMap(([field, value]) => {
      const name = `${prefix}${field}`;
      if (value === null || typeof value === 'number' || typeof value === 'string') {
        return [[name, value]];
      }
      return typeof value === 'object' && !Array.isArray(value)
        ? Object.entries(flatten(value, `${name}.`))
        : [];
    }),
  );
}

/** Columns of every row. */
export const ORIGIN_COLUMNS = {
  part: 'part of the replication',
  dataset: 'data set',
  seed: 'seed of the sample of training and test points, and of the network',
  key: 'SHA-256 of everything that decides the row',
  kind: 'kind of the cell',
} as const;

/** Columns of rows of a trained network. */
export const NETWORK_COLUMNS = {
  reading: 'reading of what the paper leaves open: as-stated or best-fit',
  model: 'relu: 2L-ReLU; attention: MLP-Attn',
  width: 'hidden units m',
} as const;

/** Columns of rows about flips. */
export const FLIP_COLUMNS: Readonly<Record<string, string>> = {
  ...ORIGIN_COLUMNS,
  task: 'multiclass: all classes, cross-entropy; binary: two classes, squared error on +-1',
  training: 'standard, or adversarial: on PGD examples',
  ...NETWORK_COLUMNS,
  attack: 'fgsm, pgd, mim; reseed: the control, clean data and a network of another seed',
  eps: 'radius in the unit of the reading',
  epsPixels: 'radius in pixels in [0, 1]',
  flipRate: 'share of T, the top tau by |influence|, whose influence changes sign',
  weightedFlipRate: 'the same, each point weighted by |influence before|',
  indeterminate: 'points of T with influence before or after within rounding of 0; never flips',
  topCount: 'number of points of T',
  spearman: "Spearman's rho of the influence before and after, over all training points",
  kendall: "Kendall's tau-b of the same",
  topOverlap: 'share of T that stays among the top tau',
};
