/** The one table, a row a contestant. */
import { describeSize } from './targets.mjs';

const COLUMNS = [
  { title: 'kernel', width: 16 },
  { title: 'size', width: 34 },
  { title: 'contestant', width: 40 },
  { title: 'time', width: 10, right: true },
  { title: 'spread', width: 8, right: true },
  { title: 'rate', width: 12, right: true },
  { title: 'limit', width: 7, right: true },
  { title: 'ratio', width: 9, right: true },
  { title: 'target', width: 18 },
];
const UNITS = ['', 'k', 'M', 'G', 'T'];

export function heading() {
  return [
    line(COLUMNS.map(({ title }) => title)),
    line(COLUMNS.map(({ width }) => '-'.repeat(width))),
  ];
}

/** The rows of one case; kernel and size stand in the first. */
export function caseLines(rows) {
  return rows.map((row, i) => {
    const place = i === 0 ? [row.kernel, describeSize(row.size)] : ['', ''];
    if (row.problem !== undefined) {
      return line([...place, contestant(row), row.failed ? `FAILED: ${row.problem}` : row.problem]);
    }
    return line([
      ...place,
      contestant(row),
      duration(row.seconds),
      `±${(100 * row.spread).toFixed(0)} %`,
      row.rate === undefined ? '' : quantity(row.rate.perSecond, row.rate.unit),
      row.limit === undefined ? '' : `${(100 * row.limit).toFixed(0)} %`,
      row.ratio === undefined ? '' : `${row.ratio.toFixed(2)} x`,
      row.target === undefined ? '' : `${row.target.text} ${row.target.met ? 'met' : 'missed'}`,
    ]);
  });
}

function contestant({ who, result, setting }) {
  const notes = [result === undefined ? undefined : result, setting].filter(Boolean);
  return notes.length === 0 ? who : `${who} (${notes.join(', ')})`;
}

/** Cells padded to the columns; one that is too long pushes the rest to the right rather than being cut. */
export function line(cells, columns = COLUMNS) {
  const padded = cells.map((cell, i) => {
    const { width, right } = columns[i] ?? { width: 0 };
    return right === true && cell.length <= width ? cell.padStart(width) : cell.padEnd(width);
  });
  return padded.join('  ').trimEnd();
}

export function duration(seconds) {
  if (seconds >= 100) return `${seconds.toFixed(0)} s`;
  if (seconds >= 1) return `${seconds.toPrecision(3)} s`;
  if (seconds >= 1e-3) return `${(1e3 * seconds).toPrecision(3)} ms`;
  if (seconds >= 1e-6) return `${(1e6 * seconds).toPrecision(3)} us`;
  return `${(1e9 * seconds).toPrecision(3)} ns`;
}

/** `92.1 GF/s`. */
export function quantity(value, unit) {
  const step = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(value) / 3)));
  return `${(value / 1000 ** step).toPrecision(3)} ${UNITS[step]}${unit}`;
}

export function mebibytes(bytes) {
  return `${(bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 1 : 0)} MiB`;
}
