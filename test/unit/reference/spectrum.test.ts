import { describe, expect, it } from 'vitest';
import { linearizedAttention } from '../../reference/attention.js';
import { conditionAt, spectrumMetrics } from '../../reference/spectrum.js';
import { expectClose } from '../../support/expect-close.js';
import { caseA, syntheticCase } from '../../support/golden.js';
import { TOLERANCE } from '../../support/tolerance.js';

const EPS = 0.1;

describe('spectrum', () => {
  it('reproduces the synthetic case, before and after attention', () => {
    const { X, eigenvalues_G, kappa, eigenvalues_attended_normalized } = syntheticCase();
    const plain = spectrumMetrics(X, { eps: EPS });
    expectClose(plain.eigenvalues, eigenvalues_G, TOLERANCE.golden);
    expectClose(plain.kappa, kappa, TOLERANCE.golden);
    const attended = spectrumMetrics(linearizedAttention(X), { eps: EPS });
    expectClose(attended.eigenvalues, eigenvalues_attended_normalized, TOLERANCE.golden);
  });

  it('reproduces case A', () => {
    const a = caseA();
    const { eigenvalues } = spectrumMetrics(a.matrix('X'), { eps: EPS });
    expectClose(eigenvalues, a.vector('ev'), TOLERANCE.golden);
  });

  it('has the hand-computed metrics of orthogonal rows', () => {
    // G = diag(16, 4, 1): trace 21.
    const X = [
      [4, 0, 0, 0],
      [0, 2, 0, 0],
      [0, 0, 1, 0],
    ];
    const metrics = spectrumMetrics(X, { eps: EPS });
    expectClose(metrics.eigenvalues, [16, 4, 1], TOLERANCE.rounding);
    expect(metrics.rank).toBe(3);
    expectClose(metrics.kappa, 16, TOLERANCE.rounding);
    expectClose(conditionAt(metrics.eigenvalues, 2), 4, TOLERANCE.rounding);
    expectClose(metrics.topShare, 16 / 21, TOLERANCE.rounding);
    const entropy = [16, 4, 1].reduce((sum, v) => sum - (v / 21) * Math.log(v / 21), 0);
    expectClose(metrics.effectiveRank, Math.exp(entropy), TOLERANCE.rounding);
    expectClose(metrics.log10KappaCubed, Math.log10(4096), TOLERANCE.rounding);
    expectClose(metrics.log10Width.v1, Math.log10(16 ** 6 / EPS ** 2), TOLERANCE.kernel);
    expectClose(metrics.log10Width.v2, Math.log10(16 ** 6 * 3 * Math.log(3)), TOLERANCE.kernel);
  });

  it('has no kappa and a smaller rank where eigenvalues drown', () => {
    const X = [
      [4, 0, 0],
      [0, 2, 0],
      [0, 0, 1e-9],
    ];
    expect(spectrumMetrics(X, { eps: EPS })).toMatchObject({ rank: 2, kappa: null, kappaD: 4 });
    const strict = spectrumMetrics(X, { eps: EPS, tolerance: 0.3 });
    expect(strict).toMatchObject({ rank: 1, kappaD: 1 });
    // The tolerance cuts the range, not the shares: trace 20, of which 4/5 and 1/5.
    expectClose(strict.topShare, 0.8, TOLERANCE.rounding);
    expectClose(strict.effectiveRank, 0.8 ** -0.8 * 0.2 ** -0.2, TOLERANCE.kernel);
  });
});
