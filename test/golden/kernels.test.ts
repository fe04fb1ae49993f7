import { describe, it } from 'vitest';
import {
  Matrix,
  deepNtk,
  empiricalNtk,
  gram,
  infiniteNtk,
  linearizedAttention,
} from '../../src/index.js';
import { empiricalNtk as explicitJacobians } from '../reference/network.js';
import { infiniteNtkBoth } from '../reference/kernels.js';
import { expectClose } from '../support/expect-close.js';
import { caseA, syntheticCase } from '../support/golden.js';
import { TOLERANCE } from '../support/tolerance.js';

describe('the synthetic case', () => {
  const golden = syntheticCase();
  const [X, Z, weights] = [Matrix.from(golden.X), Matrix.from(golden.Z), Matrix.from(golden.W)];

  it('attention', async () => {
    const raw = await linearizedAttention(X, { normalize: false });
    expectClose(raw, golden.attention_raw, TOLERANCE.golden);
    expectClose(await gram(raw), golden.G3, TOLERANCE.golden);
    expectClose(await linearizedAttention(X), golden.attention_normalized, TOLERANCE.golden);
    const queries = await linearizedAttention(X, { queries: Z });
    expectClose(queries, golden.attention_queries_normalized, TOLERANCE.golden);
  });

  it('infinite width', async () => {
    const { K, Kt } = golden.kernels.infinite;
    expectClose(await infiniteNtk(X), K, TOLERANCE.golden);
    expectClose(await infiniteNtk(X, Z), Kt, TOLERANCE.golden);
    const both = { trained: 'both' } as const;
    expectClose(await infiniteNtk(X, undefined, both), golden.ntk_both_layers, TOLERANCE.golden);
    expectClose(
      await infiniteNtk(X, Z, both),
      infiniteNtkBoth(golden.X, golden.Z),
      TOLERANCE.kernel,
    );
  });

  it('depth 3', async () => {
    expectClose(await deepNtk(X, undefined, { depth: 3 }), golden.ntk_depth3_he, TOLERANCE.golden);
  });

  it('finite width', async () => {
    const { K, Kt } = golden.kernels.empirical;
    expectClose(await empiricalNtk(X, undefined, { weights }), K, TOLERANCE.golden);
    expectClose(await empiricalNtk(X, Z, { weights }), Kt, TOLERANCE.golden);
  });

  it('finite width, both layers, from explicit Jacobians', async () => {
    const both = await empiricalNtk(X, Z, { weights, trained: 'both' });
    const expected = explicitJacobians(golden.X, golden.Z, { weights: golden.W, trained: 'both' });
    expectClose(both, expected, TOLERANCE.kernel);
  });
});

describe('case A', () => {
  const a = caseA();
  const matrix = (name: string): Matrix => Matrix.from(a.matrix(name));
  const weights = matrix('W');

  it('attention', async () => {
    const X = matrix('X');
    expectClose(await gram(X), a.matrix('G'), TOLERANCE.golden);
    const raw = await linearizedAttention(X, { normalize: false });
    expectClose(raw, a.matrix('Fatt'), TOLERANCE.golden);
    expectClose(await gram(raw), a.matrix('G3'), TOLERANCE.golden);
    expectClose(await linearizedAttention(X), a.matrix('Xa'), TOLERANCE.golden);
    const queries = await linearizedAttention(X, { queries: matrix('Xt') });
    expectClose(queries, a.matrix('Xta'), TOLERANCE.golden);
  });

  it.each([
    ['plain', 'X', 'Xt', 'Kinf', 'Km'],
    ['attended', 'Xa', 'Xta', 'Kseq', 'Kmseq'],
  ])('kernels on %s rows', async (_, train, test, infinite, empirical) => {
    const [X, Z] = [matrix(train), matrix(test)];
    expectClose(await infiniteNtk(X), a.matrix(infinite), TOLERANCE.golden);
    expectClose(await infiniteNtk(X, Z), a.matrix(`${infinite}_t`), TOLERANCE.golden);
    expectClose(
      await empiricalNtk(X, undefined, { weights }),
      a.matrix(empirical),
      TOLERANCE.golden,
    );
    expectClose(
      await empiricalNtk(X, Z, { weights }),
      a.matrix(`${empirical}_t`),
      TOLERANCE.golden,
    );
  });
});
