import { describe, expect, it } from 'vitest';
import { Matrix, eigh, gram, linearizedAttention, spectrum } from '../../src/index.js';
import { multiply, transpose } from '../reference/rows.js';
import { expectClose } from '../support/expect-close.js';
import { caseA, syntheticCase } from '../support/golden.js';
import { TOLERANCE } from '../support/tolerance.js';

const golden = syntheticCase();
const X = Matrix.from(golden.X);

describe('eigh', () => {
  it('has the eigenvalues of the synthetic case, then zeros', async () => {
    const { values } = await eigh(await gram(X));
    const zeros = new Array<number>(golden.n - golden.d).fill(0);
    expectClose(values, [...golden.eigenvalues_G, ...zeros], TOLERANCE.golden);
  });

  it('has the eigenvalues of case A', async () => {
    const a = caseA();
    const { values } = await eigh(Matrix.from(a.matrix('G')));
    expectClose(values.subarray(0, 6), a.vector('ev'), TOLERANCE.golden);
  });

  it('rebuilds the matrix from its vectors', async () => {
    const G3 = Matrix.from(golden.G3);
    const { values, vectors } = await eigh(G3, { vectors: true });
    const columns = vectors?.toArray() ?? [];
    const scaled = columns.map((row) => row.map((value, k) => value * (values[k] ?? NaN)));
    expectClose(multiply(scaled, transpose(columns)), golden.G3, TOLERANCE.golden);
  });
});

describe('spectrum', () => {
  it('has the condition number of the synthetic case', async () => {
    const result = await spectrum(X);
    expectClose(result.eigenvalues, golden.eigenvalues_G, TOLERANCE.golden);
    expectClose(result.kappa, golden.kappa, TOLERANCE.golden);
    expectClose(result.kappaD, golden.kappa, TOLERANCE.golden);
    expect(result.rank).toBe(golden.d);
  });

  it('has the eigenvalues of the attended rows', async () => {
    const result = await spectrum(await linearizedAttention(X));
    expectClose(result.eigenvalues, golden.eigenvalues_attended_normalized, TOLERANCE.golden);
  });
});
