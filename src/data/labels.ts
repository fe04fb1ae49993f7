/** Labels as classes or as targets, from whatever a file holds. */
import { Matrix } from '../linalg/matrix.js';
import type { Block } from './blocks.js';
import { formatError, quoted } from './format-error.js';

/** What the points of a data set are labelled with. */
export type Labels =
  | {
      /** Each point is of one class. */
      readonly kind: 'classes';
      /** Index into `names`, one a point. */
      readonly indices: Int32Array;
      /** The different labels as text: numbers ascending, text in code unit order. */
      readonly names: readonly string[];
    }
  | {
      /** Each point has one or several real numbers. */
      readonly kind: 'targets';
      /** n x c. */
      readonly values: Matrix;
    };

/** Whether labels are classes or real targets. */
export type LabelKind = Labels['kind'];

/** Whole numbers are classes when there are at most this many different ones, or half as many as points. */
const FEW = 20;

/**
 * Text is classes. Numbers are classes when they are whole, one a point, and repeat: at most 20 different ones, or
 * half as many as points; any others are targets. `kind` overrules this.
 *
 * @param file - what to call the file in an error.
 * @throws NtkitError `ERR_DATA_FORMAT` when a label is missing or not finite, or text is asked for as targets.
 */
export function labelsOf(block: Block, kind: LabelKind | undefined, file: string): Labels {
  const { values, shape, place } = block;
  const [rows = 0, ...outputs] = shape;
  if (outputs.length > 1) {
    throw formatError(
      `Expected labels of 1 or 2 dimensions in ${file} but received shape ${shape.join(' x ')}`,
    );
  }
  const columns = outputs[0] ?? 1;
  if (!(values instanceof Float64Array)) {
    if (kind === 'targets' || columns !== 1) {
      const found = `received ${quoted(values[0] ?? '')} at ${place(0)}`;
      throw formatError(`Expected numbers as labels in ${file} but ${found}`);
    }
    requireTexts(values, place, file);
    return textClasses(values);
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw formatError(
      `Expected finite labels in ${file} but received ${values[bad]} at ${place(bad)}`,
    );
  }
  if (kind === 'classes' && columns !== 1) {
    throw formatError(`Expected one class a point in ${file} but received ${columns} columns`);
  }
  const asClasses = kind === 'classes' || (kind === undefined && columns === 1 && repeats(values));
  return asClasses
    ? numberClasses(values)
    : { kind: 'targets', values: Matrix.of(values, rows, columns) };
}

function repeats(values: Float64Array): boolean {
  const different = new Set(values);
  return values.every(Number.isInteger) && different.size <= Math.max(FEW, values.length / 2);
}

function requireTexts(texts: readonly string[], place: (i: number) => string, file: string): void {
  const missing = texts.findIndex((text) => text.trim() === '');
  if (missing >= 0) {
    throw formatError(`Expected a label in ${file} but received none at ${place(missing)}`);
  }
}

function textClasses(texts: readonly string[]): Labels {
  const names = [...new Set(texts)].sort();
  const index = new Map(names.map((name, k) => [name, k]));
  return {
    kind: 'classes',
    indices: Int32Array.from(texts, (text) => index.get(text) ?? 0),
    names,
  };
}

function numberClasses(values: Float64Array): Labels {
  const different = [...new Set(values)].sort((a, b) => a - b);
  const index = new Map(different.map((value, k) => [value, k]));
  return {
    kind: 'classes',
    indices: Int32Array.from(values, (value) => index.get(value) ?? 0),
    names: different.map(String),
  };
}
