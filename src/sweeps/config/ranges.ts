/** Ranges in a sweep's config: `4..4096 x2` multiplies, `0..1 +0.25` adds, `0..9` counts. */
import { NtkitError } from '../../errors.js';

const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
const RANGE = new RegExp(
  String.raw`^\s*(${NUMBER})\.\.(${NUMBER})(?:\s+([x+])\s*(${NUMBER}))?\s*$`,
);

/** A list that is longer was not meant. */
const LONGEST = 100_000;

/** Decimal steps are exact in decimal: 0.1..0.3 +0.1 holds 0.3 and not 0.30000000000000004. */
const DIGITS = 12;

/** Whether a text means a range. */
export function looksLikeRange(text: string): boolean {
  return text.includes('..');
}

/**
 * The numbers of a range, from its first up to its last; the last is in it when the steps meet it.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when the text is no range, or one without end or numbers.
 */
export function parseRange(text: string): number[] {
  const match = RANGE.exec(text);
  if (match === null) {
    throw refused('a range such as "4..4096 x2", "0..1 +0.25" or "0..9"', text);
  }
  const [first, last] = [Number(match[1]), Number(match[2])];
  const operation = match[3] ?? '+';
  const step = Number(match[4] ?? 1);
  if (last < first) throw refused('a range that rises', text);
  if (operation === 'x' && !(step > 1 && first > 0)) {
    throw refused('a factor above 1 and a first number above 0', text);
  }
  if (operation === '+' && !(step > 0)) throw refused('a step above 0', text);
  const values: number[] = [];
  for (let k = 0; ; k++) {
    const value = Number(
      (operation === 'x' ? first * step ** k : first + step * k).toPrecision(DIGITS),
    );
    if (value > last) return values;
    if (values.length === LONGEST) throw refused(`a range of at most ${LONGEST} numbers`, text);
    values.push(value);
  }
}

function refused(expected: string, text: string): NtkitError {
  const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return new NtkitError(
    'ERR_INVALID_ARGUMENT',
    `Expected ${expected} but received ${JSON.stringify(shown)}`,
  );
}
