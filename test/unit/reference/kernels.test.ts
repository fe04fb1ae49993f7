import { describe, expect, it } from 'vitest';
import {
  context,
  gram,
  linearizedAttention,
  truncatedAttention,
} from '../../reference/attention.js';
import { deepNtk, infiniteNtkBoth, infiniteNtkFirst } from '../../reference/kernels.js';
import { empiricalNtk } from '../../reference/network.js';
import { multiply, transpose } from '../../reference/rows.js';
import { expectClose } from '../../support/expect-close.js';
import { caseA, syntheticCase } from '../../support/golden.js';
import { TOLERANCE } from '../../support/tolerance.js';

const synthetic = syntheticCase();
const a = caseA();

describe('attention', () => {
  it('reproduces the synthetic case', () => {
    const { X, Z } = synthetic;
    const raw = linearizedAttention(X, { normalize: false });
    expectClose(raw, synthetic.attention_raw, TOLERANCE.golden);
    expectClose(linearizedAttention(X), synthetic.attention_normalized, TOLERANCE.golden);
    const queries = linearizedAttention(X, { queries: Z });
    expectClose(queries, synthetic.attention_queries_normalized, TOLERANCE.golden);
    expectClose(gram(raw), synthetic.G3, TOLERANCE.golden);
  });

  it('reproduces case A', () => {
    const [X, Xt] = [a.matrix('X'), a.matrix('Xt')];
    expectClose(gram(X), a.matrix('G'), TOLERANCE.golden);
    const raw = linearizedAttention(X, { normalize: false });
    expectClose(raw, a.matrix('Fatt'), TOLERANCE.golden);
    expectClose(linearizedAttention(X), a.matrix('Xa'), TOLERANCE.golden);
    expectClose(linearizedAttention(X, { queries: Xt }), a.matrix('Xta'), TOLERANCE.golden);
    expectClose(gram(raw), a.matrix('G3'), TOLERANCE.golden);
    expectClose(truncatedAttention(X, 3), a.matrix('trunc3'), TOLERANCE.golden);
  });

  it('is X C, and truncated at full rank it stays so', () => {
    const X = a.matrix('X');
    const raw = linearizedAttention(X, { normalize: false });
    expectClose(multiply(X, context(X)), raw, TOLERANCE.golden);
    expectClose(truncatedAttention(X, 6), linearizedAttention(X), TOLERANCE.golden);
  });
});

describe('neural tangent kernels', () => {
  it('reproduce the synthetic case', () => {
    const { X, Z, W: weights, kernels } = synthetic;
    expectClose(infiniteNtkFirst(X), kernels.infinite.K, TOLERANCE.golden);
    expectClose(infiniteNtkFirst(X, Z), kernels.infinite.Kt, TOLERANCE.golden);
    expectClose(infiniteNtkBoth(X), synthetic.ntk_both_layers, TOLERANCE.golden);
    expectClose(deepNtk(X, X, { depth: 3 }), synthetic.ntk_depth3_he, TOLERANCE.golden);
    const first = { weights, trained: 'first' } as const;
    expectClose(empiricalNtk(X, X, first), kernels.empirical.K, TOLERANCE.golden);
    expectClose(empiricalNtk(X, Z, first), kernels.empirical.Kt, TOLERANCE.golden);
    const features = linearizedAttention(X, { normalize: false });
    const queries = linearizedAttention(X, { queries: Z, normalize: false });
    expectClose(gram(features), kernels.attention.K, TOLERANCE.golden);
    expectClose(multiply(queries, transpose(features)), kernels.attention.Kt, TOLERANCE.golden);
  });

  it('reproduce case A, on plain and on attended rows', () => {
    const first = { weights: a.matrix('W'), trained: 'first' } as const;
    const inputs = [
      ['X', 'Xt', ''],
      ['Xa', 'Xta', 'seq'],
    ] as const;
    for (const [train, test, suffix] of inputs) {
      const [X, Z] = [a.matrix(train), a.matrix(test)];
      const infinite = suffix === 'seq' ? 'Kseq' : 'Kinf';
      expectClose(infiniteNtkFirst(X), a.matrix(infinite), TOLERANCE.golden);
      expectClose(infiniteNtkFirst(X, Z), a.matrix(`${infinite}_t`), TOLERANCE.golden);
      expectClose(empiricalNtk(X, X, first), a.matrix(`Km${suffix}`), TOLERANCE.golden);
      expectClose(empiricalNtk(X, Z, first), a.matrix(`Km${suffix}_t`), TOLERANCE.golden);
    }
  });

  it('have their known values at special angles', () => {
    const X = [[2, 0]];
    const Z = [
      [2, 0],
      [-2, 0],
      [0, 3],
      [0, 0],
      [1, 1],
    ];
    // theta = 0, pi, pi/2, undefined, pi/4.
    const cosine45 = (Math.SQRT1_2 + Math.SQRT1_2 * 0.75 * Math.PI) / Math.PI;
    expect(infiniteNtkFirst(X, Z).flat()).toEqual([2, -0, 0, 0, 0.75]);
    expectClose(
      infiniteNtkBoth(X, Z).flat(),
      [4, 0, 3 / Math.PI, 0, 0.75 + Math.SQRT2 * cosine45],
      TOLERANCE.rounding,
    );
  });

  it('with He scaling at depth 2 are twice the kernel of both layers', () => {
    const { X, Z } = synthetic;
    const twice = infiniteNtkBoth(X, Z).map((row) => row.map((value) => 2 * value));
    expectClose(deepNtk(X, Z, { depth: 2 }), twice, TOLERANCE.kernel);
  });

  it('keep |x|^2 depth on the diagonal with He scaling', () => {
    expectClose(deepNtk([[3, 4]], [[3, 4]], { depth: 5 }), [[125]], TOLERANCE.kernel);
  });

  it('of finite width approach the infinite ones', () => {
    // A lattice on the circle integrates the gates exactly up to its spacing.
    const m = 4096;
    const weights = Array.from({ length: m }, (_, r) => {
      const phase = (2 * Math.PI * (r + 0.5)) / m;
      return [Math.SQRT2 * Math.cos(phase), Math.SQRT2 * Math.sin(phase)];
    });
    const X = [
      [1, 0],
      [0.6, 0.8],
      [-0.8, 0.6],
    ];
    for (const [trained, kernel] of [
      ['first', infiniteNtkFirst],
      ['both', infiniteNtkBoth],
    ] as const) {
      expectClose(empiricalNtk(X, X, { weights, trained }), kernel(X), 2 / m);
    }
  });
});
