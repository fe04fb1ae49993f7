/** Interval of a share that was counted. */

/** Two-sided 95 % quantile of the normal distribution. */
const Z = 1.959963984540054;

/** The 95 % Wilson score interval of `share` successes among `count`. */
export function wilson(share: number, count: number): readonly [low: number, high: number] {
  const spread = Z ** 2 / count;
  const centre = (share + spread / 2) / (1 + spread);
  const half = (Z * Math.sqrt((share * (1 - share)) / count + spread / (4 * count))) / (1 + spread);
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}
