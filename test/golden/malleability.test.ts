import { describe, expect, it } from 'vitest';
import { malleability } from '../../src/influence/malleability.js';
import { spearman } from '../../src/statistics.js';
import { expectClose } from '../support/expect-close.js';
import { flipCase, syntheticCase } from '../support/golden.js';
import { TOLERANCE } from '../support/tolerance.js';

describe('the synthetic case', () => {
  const { before, after, tau, ...golden } = syntheticCase().malleability;

  it('flip rate, correlations and overlap of the top tenth', () => {
    const result = malleability(before, after, { tau });
    expectClose(result.flipRate, golden.flip_rate, TOLERANCE.rounding);
    expectClose(result.spearman, golden.spearman, TOLERANCE.rounding);
    expectClose(result.kendall, golden.kendall, TOLERANCE.rounding);
    expect(result.topOverlap).toBe(golden.top_overlap);
  });

  it('flip rate of the top half', () => {
    const { flipRate } = malleability(before, after, { tau: 0.5 });
    expectClose(flipRate, golden.flip_rate_tau_half, TOLERANCE.rounding);
  });
});

describe('the flip case, with ties and zeros', () => {
  const { before, after, cases, ...golden } = flipCase();

  it.each(cases.filter(({ mode }) => mode === 'abs'))('the top $frac', (expected) => {
    const result = malleability(before, after, { tau: expected.frac });
    expect([...result.topIndices]).toEqual(expected.top);
    expectClose(result.flipRate, expected.flip_rate, TOLERANCE.rounding);
    expectClose(result.topOverlap, expected.overlap, TOLERANCE.rounding);
    expectClose(result.spearman, golden.spearman, TOLERANCE.rounding);
  });

  it('rank correlation of the sizes', () => {
    const rho = spearman(before.map(Math.abs), after.map(Math.abs));
    expectClose(rho, golden.spearman_abs, TOLERANCE.rounding);
  });
});
