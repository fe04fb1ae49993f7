import { describe, expect, it } from 'vitest';
import {
  Matrix,
  attendedSpectrum,
  attentionSpectrum,
  linearizedAttention,
  spectrum,
} from '../../../src/index.js';
import { linearizedAttention as attend } from '../../reference/attention.js';
import { norm } from '../../reference/rows.js';
import { conditionAt, spectrumMetrics } from '../../reference/spectrum.js';
import { expectClose } from '../../support/expect-close.js';
import { syntheticCase } from '../../support/golden.js';
import { TOLERANCE } from '../../support/tolerance.js';
import { gaussianMatrix, rowsOf, unitRowMatrix } from '../linalg/matrices.js';

describe.each([
  [30, 6],
  [6, 30],
  [9, 9],
])('around attention of %d points of %d inputs', (n, d) => {
  const X = unitRowMatrix(n, d, 1);

  it('spectra are those of the parts', async () => {
    const { plain, attended, normalized } = await attentionSpectrum(X, { k: 3 });
    expect(plain).toEqual(await spectrum(X, { k: 3 }));
    expect(attended).toEqual(attendedSpectrum(plain));
    const measured = await spectrum(await linearizedAttention(X), { k: 3 });
    expectClose(normalized.eigenvalues, measured.eigenvalues, TOLERANCE.golden);
    expect([normalized.n, normalized.d, normalized.kappaK.k]).toEqual([n, d, 3]);
  });

  it('readings are those of Jacobi rotations', async () => {
    const { plain, normalized, rowNorms, normalization } = await attentionSpectrum(X);
    const unit = spectrumMetrics(attend(rowsOf(X)), { eps: 1 });
    expectClose(normalized.kappaD / unit.kappaD, 1, TOLERANCE.illConditioned);
    expectClose(normalized.topShare, unit.topShare, TOLERANCE.golden);
    const norms = attend(rowsOf(X), { normalize: false }).map(norm);
    const [smallest, largest] = [Math.min(...norms), Math.max(...norms)];
    expectClose([rowNorms.smallest, rowNorms.largest], [smallest, largest], TOLERANCE.golden);
    expectClose(normalization.bound, (largest / smallest) ** 2, TOLERANCE.golden);
    const r = normalization.rank;
    expect(r).toBe(Math.min(plain.rank, normalized.rank));
    const ratio =
      conditionAt([...normalized.eigenvalues], r) / conditionAt([...plain.eigenvalues], r) ** 3;
    expectClose(normalization.ratio, ratio, TOLERANCE.golden);
  });

  it('the cube is right up to cond(D)^2', async () => {
    // Rows of very different sizes, whose attended norms differ as much.
    const scaled = Matrix.of(
      X.data.map((value, i) => value * 2 ** (Math.floor(i / d) % 4)),
      n,
      d,
    );
    for (const points of [X, scaled]) {
      const { normalization } = await attentionSpectrum(points);
      expect(normalization.ratio).toBeLessThanOrEqual(normalization.bound * (1 + 1e-6));
      expect(normalization.ratio).toBeGreaterThanOrEqual(1 / normalization.bound / (1 + 1e-6));
    }
    const { rowNorms } = await attentionSpectrum(scaled);
    expect(rowNorms.largest / rowNorms.smallest).toBeGreaterThan(4);
  });
});

it('kappa_d is cubed exactly on the common rank', async () => {
  for (const seed of [1, 2, 3]) {
    const { plain, attended } = await attentionSpectrum(gaussianMatrix(12, 5, seed));
    expect(attended.rank).toBe(plain.rank);
    expectClose(attended.kappaD / plain.kappaD ** 3, 1, TOLERANCE.rounding);
    expectClose(attended.kappa / plain.kappa ** 3, 1, TOLERANCE.rounding);
  }
});

it('orthogonal rows stay as they are', async () => {
  const { plain, attended, normalized, normalization } = await attentionSpectrum(
    Matrix.from([
      [2, 0, 0],
      [0, 2, 0],
    ]),
  );
  expect([plain.kappa, attended.kappa, normalized.kappa]).toEqual([1, 1, 1]);
  expect([...attended.eigenvalues]).toEqual([64, 64]);
  expect(normalization).toEqual({ rank: 2, ratio: 1, bound: 1 });
});

it('rows of zeros have no part in the bound', async () => {
  const rows = Matrix.from([
    [3, 1],
    [0, 0],
    [1, 3],
  ]);
  const { rowNorms, normalization, plain } = await attentionSpectrum(rows);
  expect(plain.rank).toBe(2);
  expect(rowNorms.smallest).toBeGreaterThan(0);
  expectClose(normalization.bound, 1, TOLERANCE.rounding);
});

it('has the golden eigenvalues of the synthetic case', async () => {
  const golden = syntheticCase();
  const { plain, normalized } = await attentionSpectrum(Matrix.from(golden.X));
  expectClose(plain.eigenvalues, golden.eigenvalues_G, TOLERANCE.golden);
  expectClose(normalized.eigenvalues, golden.eigenvalues_attended_normalized, TOLERANCE.golden);
});

it('reports progress once through', async () => {
  const shares: number[] = [];
  await attentionSpectrum(unitRowMatrix(300, 200, 2), {
    onProgress: (share) => shares.push(share),
  });
  expect(shares.at(-1)).toBe(1);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
});
