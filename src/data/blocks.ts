/** What a data file holds, whatever its format: named arrays, of which a column of a table is one. */
import { formatError } from './format-error.js';

/** A named array, its elements in C order. The first dimension runs over the points. */
export interface Block {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float64Array | readonly string[];
  /** Whether its rows are images of height x width, or height x width x channels. */
  readonly images: boolean;
  /** Where element `k` is, as an error says it. */
  readonly place: (k: number) => string;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** The number that a text spells in decimal digits; undefined for any other text, one that overflows among them. */
export function parseNumber(text: string): number | undefined {
  const trimmed = text.trim();
  if (!NUMBER.test(trimmed)) return undefined;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : undefined;
}

/** The texts as numbers where all of them are numbers, as they are otherwise. */
export function numbersWhereAll(texts: readonly string[]): Float64Array | readonly string[] {
  const numbers = new Float64Array(texts.length);
  for (const [i, text] of texts.entries()) {
    const value = parseNumber(text);
    if (value === undefined) return texts;
    numbers[i] = value;
  }
  return numbers;
}

/** Refuses two columns of one name. */
export function requireDistinct(names: readonly string[], file: string): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw formatError(`Expected one column ${JSON.stringify(twice)} in ${file} but received two`);
  }
}
