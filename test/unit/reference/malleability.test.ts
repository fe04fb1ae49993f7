import { describe, expect, it } from 'vitest';
import { flipRate, kendall, overlap, spearman, topIndices } from '../../reference/malleability.js';
import { expectClose } from '../../support/expect-close.js';
import { flipCase, syntheticCase } from '../../support/golden.js';
import { TOLERANCE } from '../../support/tolerance.js';

describe('malleability', () => {
  it('reproduces the synthetic case', () => {
    const { before, after, ...expected } = syntheticCase().malleability;
    const top = topIndices(before, 3, 'abs');
    expectClose(flipRate(before, after, top), expected.flip_rate, TOLERANCE.rounding);
    const half = topIndices(before, 15, 'abs');
    expectClose(flipRate(before, after, half), expected.flip_rate_tau_half, TOLERANCE.rounding);
    expectClose(spearman(before, after), expected.spearman, TOLERANCE.rounding);
    expectClose(kendall(before, after), expected.kendall, TOLERANCE.rounding);
    expect(overlap(top, topIndices(after, 3, 'abs'))).toBe(expected.top_overlap);
  });

  const { before, after, cases, ...correlations } = flipCase();

  it.each(cases)('reproduces the flip case at $frac by $mode scores', (expected) => {
    const { frac, mode } = expected;
    const count = Math.ceil(frac * before.length);
    const top = topIndices(before, count, mode);
    expect(top).toEqual(expected.top);
    expectClose(flipRate(before, after, top), expected.flip_rate, TOLERANCE.rounding);
    const moved = topIndices(after, count, mode);
    expectClose(overlap(top, moved), expected.overlap, TOLERANCE.rounding);
  });

  it('reproduces the rank correlations of the flip case', () => {
    expectClose(spearman(before, after), correlations.spearman, TOLERANCE.rounding);
    const sizes = spearman(before.map(Math.abs), after.map(Math.abs));
    expectClose(sizes, correlations.spearman_abs, TOLERANCE.rounding);
  });
});
