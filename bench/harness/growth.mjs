/** How cost grows: one kernel at four sizes, each alone in its process, and the exponents fitted to time and memory. */
import { limitSeconds } from './limits.mjs';
import { ALLOWANCE_BYTES, measureAlone } from './memory.mjs';
import { fitExponent } from './statistics.mjs';
import { duration, line, mebibytes } from './table.mjs';
import { describeSize } from './targets.mjs';

const COLUMNS = [
  { title: 'kernel', width: 18 },
  { title: 'size', width: 40 },
  { title: 'time', width: 10, right: true },
  { title: 'peak memory', width: 12, right: true },
  { title: 'bound', width: 10, right: true },
  { title: '', width: 40 },
];

export function heading() {
  return [
    line(
      COLUMNS.map(({ title }) => title),
      COLUMNS,
    ),
    line(
      COLUMNS.map(({ width }) => '-'.repeat(width)),
      COLUMNS,
    ),
  ];
}

/**
 * Measures `sizes` one by one.
 *
 * @returns `{ kernel, points: [{ size, seconds, peak, bound, within }], time, memory }` with fitted and expected
 * exponents `{ fitted, expected }` when there are at least two sizes. Expected are those of the kernel's own flops,
 * bits and bytes at the machine's limits, and of the bound: lower terms count too, so they are no whole numbers.
 */
export async function measureGrowth(kernel, sizes, { threads, repeats, limits }) {
  const points = [];
  for (const size of sizes) {
    const point = await measureAlone(kernel.name, size, { threads, repeats });
    points.push({ size, ...point, within: point.peak <= point.bound + ALLOWANCE_BYTES });
  }
  if (sizes.length < 2) return { kernel: kernel.name, points };
  const variable = kernel.growsIn ?? 'n';
  const ns = sizes.map((size) => size[variable]);
  const least = sizes.map((size) => limitSeconds(kernel.work(size), limits, size.precision, true));
  const exponents = (values, model) => ({
    fitted: fitExponent(ns, values),
    expected: fitExponent(ns, model),
  });
  return {
    kernel: kernel.name,
    variable,
    points,
    time: exponents(
      points.map(({ seconds }) => seconds),
      least,
    ),
    memory: exponents(
      points.map(({ peak }) => Math.max(peak, 1)),
      points.map(({ bound }) => bound),
    ),
  };
}

export function growthLines({ kernel, variable, points, time, memory }) {
  const lines = points.map(({ size, seconds, peak, bound, within }, i) =>
    line(
      [
        i === 0 ? kernel : '',
        describeSize(size),
        duration(seconds),
        mebibytes(peak),
        mebibytes(bound),
        within ? '' : 'ABOVE ITS BOUND',
      ],
      COLUMNS,
    ),
  );
  if (time === undefined) return lines;
  const exponent = ({ fitted, expected }) =>
    `${variable}^${fitted.toFixed(2)} (${expected.toFixed(2)})`;
  const fitted = `grows as (expected): time ${exponent(time)}, memory ${exponent(memory)}`;
  return [...lines, line(['', fitted], COLUMNS)];
}
