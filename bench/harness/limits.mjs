/**
 * What a kernel cannot beat on this machine: its arithmetic at the peak that the probes reached, then its bytes at
 * the bandwidth they reached. A kernel that overlaps the two can come close to 100 %, hardly above.
 */

/**
 * @param work - `flops`, `bits` (ANDed, counted and added), `read` and `written` bytes, and those
 * `updated` in place (once read, once written): the least that the result asks for, each element of a symmetric result
 * computed once.
 * @param limits - rates per second, as the addon's `probe` returns them.
 * @param precision - `float64` or `float32`.
 * @param freshResult - whether what is written is fresh memory, which the system clears first.
 */
export function limitSeconds(work, limits, precision, freshResult) {
  const { flops = 0, bits = 0, read = 0, written = 0, updated = 0 } = work;
  const peak = precision === 'float32' ? limits.fmaSingle : limits.fmaDouble;
  const writing = freshResult ? limits.firstTouch : limits.write;
  const arithmetic = flops / peak + bits / limits.bitCounts;
  return arithmetic + read / limits.read + written / writing + (2 * updated) / limits.update;
}

/** The figure of merit of a kernel and its unit: bits when it counts more of them than it has flops, else flops. */
export function rateOf({ flops = 0, bits = 0, read = 0, written = 0 }, seconds) {
  if (bits > flops) return { perSecond: bits / seconds, unit: 'bit/s' };
  if (flops > 0) return { perSecond: flops / seconds, unit: 'F/s' };
  return { perSecond: (read + written) / seconds, unit: 'B/s' };
}
