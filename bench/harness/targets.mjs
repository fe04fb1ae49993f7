/**
 * The targets of the project beside what was measured. A kernel lists `{ who, atLeast, why }`: the ratio against that
 * contestant; or `{ limit, why }`: its own share of the limit. `why` says what stands in the way when it is missed.
 */

/** @returns `{ text, met, why }` for a measured row, or `undefined` when nothing was asked of it. */
export function judge(row, targets) {
  const target = targets.find((candidate) =>
    row.ours
      ? candidate.limit !== undefined && resultMatches(candidate, row)
      : candidate.who === row.who,
  );
  if (target === undefined) return undefined;
  const [wanted, found] = row.ours ? [target.limit, row.limit] : [target.atLeast, row.ratio];
  const text = row.ours ? `>= ${Math.round(100 * wanted)} %` : `>= ${wanted.toFixed(2)} x`;
  const met = found >= wanted;
  return { text, met, ...(met ? {} : { why: target.why ?? 'not explained yet' }) };
}

/** A share of the limit is asked of the form that reuses memory, where there is one. */
function resultMatches({ result }, row) {
  return result === undefined || result === row.result;
}

/** Sums the targets up in lines: how many are met, then each that is missed with its reason. */
export function summary(rows) {
  const judged = rows.filter(({ target }) => target !== undefined);
  const missed = judged.filter(({ target }) => !target.met);
  const lines = [`Targets: ${judged.length - missed.length} met, ${missed.length} missed.`];
  for (const row of missed) {
    const found = row.ours ? `${Math.round(100 * row.limit)} %` : `${row.ratio.toFixed(2)} x`;
    const against = row.ours ? 'of the limit' : `against ${row.who}`;
    const where = `${row.kernel} (${describeSize(row.size)})`;
    lines.push(`  ${where}: ${found} ${against}, wanted ${row.target.text}: ${row.target.why}.`);
  }
  return lines;
}

/** `n 2000, d 784, float64`. */
export function describeSize(size) {
  const { precision, ...rest } = size;
  const parts = Object.entries(rest).map(([name, value]) =>
    typeof value === 'number' ? `${name} ${value}` : value,
  );
  return [...parts, ...(precision === undefined ? [] : [precision])].join(', ');
}
