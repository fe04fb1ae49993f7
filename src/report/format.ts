/** How numbers look in every table, figure caption and terminal line of the report. */

/** A number in `digits` significant digits: `41.0`, `0.0123`, `1230`, `1.23e6`. */
export function significant(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return infinite(value);
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  if (size < 1e-3 || size >= 1e4) return value.toExponential(digits - 1).replace('e+', 'e');
  return size >= 10 ** (digits - 1) ? rounded.toFixed(0) : value.toPrecision(digits);
}

/** {@link significant} with its sign always shown. */
export function signed(value: number): string {
  return value > 0 ? `+${significant(value)}` : significant(value);
}

/** A share in percent with one decimal, without the sign: 0.346 gives `34.6`. */
export function percentNumber(share: number): string {
  if (!Number.isFinite(share)) return infinite(share);
  const text = (100 * share).toFixed(1);
  return text === '-0.0' ? '0.0' : text;
}

/** A share in percent with one decimal: `34.6 %`. */
export function percent(share: number): string {
  return `${percentNumber(share)} %`;
}

/**
 * 10 to the given power, which may lie far outside the range of a double: `1.2e18`, `3.4e-7`; plain
 * digits between 0.001 and 1000.
 */
export function powerOfTen(log10: number): string {
  if (log10 === -Infinity) return '0';
  if (!Number.isFinite(log10)) return infinite(log10);
  if (Math.abs(log10) < 3) return significant(10 ** log10);
  const exponent = Math.floor(log10);
  const mantissa = (10 ** (log10 - exponent)).toFixed(1);
  return mantissa === '10.0' ? `1.0e${exponent + 1}` : `${mantissa}e${exponent}`;
}

/** A condition number that is infinite because the matrix has not full rank: `∞ (rank 620 < 784)`. */
export function infiniteCondition(ranks: readonly number[], size: number): string {
  const low = Math.min(...ranks);
  const high = Math.max(...ranks);
  return `∞ (rank ${low === high ? low : `${low}–${high}`} < ${size})`;
}

/** A time span: `0.42 s`, `12.3 s`, `3 min 05 s`, `1 h 02 min`. */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${significant(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${twoDigits(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
}

/** An ISO 8601 time in UTC to the minute, `2026-11-03 09:12 UTC`; any other text as it is. */
export function timestamp(iso: string): string {
  return iso.replace(/^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}).*Z$/, '$1 $2 UTC');
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

function infinite(value: number): string {
  if (Number.isNaN(value)) return 'not a number';
  return value > 0 ? '∞' : '-∞';
}
