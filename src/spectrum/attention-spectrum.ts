/** What attention does to the spectrum of a Gram matrix: before, after, and after the rows are normalised. */
import { linearizedAttention } from '../kernels/attention.js';
import type { Matrix } from '../linalg/matrix.js';
import { requireNativeMatrix } from '../linalg/require-matrix.js';
import { partOf, requireKnownOptions } from '../options.js';
import {
  describeSpectrum,
  requireSpectrum,
  spectrum,
  type Spectrum,
  type SpectrumOptions,
} from './spectrum.js';

/**
 * The spectrum of F F^T with F = X X^T X, linearized attention before its rows are normalised: the cubes of the
 * eigenvalues of X X^T (never the eigenvalues of the cube, whose small ones are noise), on the same rank.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`.
 */
export function attendedSpectrum(plain: Spectrum): Spectrum {
  requireSpectrum(plain, 'plain');
  const cubes = plain.eigenvalues.map((value, i) => (i < plain.rank ? value ** 3 : 0));
  const { n, d, tolerance } = plain;
  return describeSpectrum(cubes, n, d, { tolerance: tolerance ** 3, k: plain.kappaK.k });
}

/** Spectra around one layer of linearized attention, F = X X^T X. */
export interface AttentionSpectrum {
  /** Of G = X X^T. */
  readonly plain: Spectrum;
  /** Of F F^T = G^3: the cubes of the eigenvalues of G, on the same rank. */
  readonly attended: Spectrum;
  /** Of F~ F~^T, measured on the unit rows F~ = D^-1 F. */
  readonly normalized: Spectrum;
  /** The norms that the rows of F had: the diagonal of D. Zero rows, which have no direction, are left out. */
  readonly rowNorms: {
    /** Smallest norm of a row that is not zero. */
    readonly smallest: number;
    /** Largest norm of a row. */
    readonly largest: number;
  };
  /** What the normalisation changes, on the rank r that `plain` and `normalized` have in common. */
  readonly normalization: {
    /** The common rank r: the smaller of both numerical ranks. */
    readonly rank: number;
    /** (lambda_1 / lambda_r of F~ F~^T) / (lambda_1 / lambda_r of G)^3: 1 if the cube told all. */
    readonly ratio: number;
    /** cond(D)^2: the ratio lies between 1 / bound and bound (Ostrowski's theorem). */
    readonly bound: number;
  };
}

/** Shares of the progress: the spectrum of G, attention, the rest. */
const [PLAIN, ATTENTION] = [0.4, 0.6];

/**
 * The spectra of G = X X^T, of F F^T with F = X X^T X, and of the Gram matrix of the unit rows of F.
 *
 * The second is not measured but cubed: the small eigenvalues of G^3 are below its rounding. The third is measured,
 * since no formula gives it; its condition number is that of G cubed up to a factor of cond(D)^2, D the row norms
 * of F (arXiv 2603.13085, Theorem 4.7, is about the cube).
 *
 * @param X - n x d, float64. Rows are taken as they are: scale them to unit norm first for the paper's setting.
 * @throws NtkitError as {@link spectrum} and `linearizedAttention`.
 */
export async function attentionSpectrum(
  X: Matrix,
  options: SpectrumOptions = {},
): Promise<AttentionSpectrum> {
  requireKnownOptions(options, ['tolerance', 'k']);
  const points = requireNativeMatrix(X, 'X', 'float64');
  const { tolerance, k, ...run } = options;
  const plain = await spectrum(points, { tolerance, k, ...partOf(run, 0, PLAIN) });
  const attention = partOf(run, PLAIN, ATTENTION);
  const rows = await linearizedAttention(points, { ...attention, normalize: false });
  const norms = normalizeRows(rows);
  const normalized = await spectrum(rows, { tolerance, k, ...partOf(run, ATTENTION, 1) });
  const directed = norms.filter((norm) => norm > 0);
  const smallest = directed.reduce((least, norm) => Math.min(least, norm), Infinity);
  const largest = directed.reduce((most, norm) => Math.max(most, norm), 0);
  const rank = Math.min(plain.rank, normalized.rank);
  return {
    plain,
    attended: attendedSpectrum(plain),
    normalized,
    rowNorms: { smallest, largest },
    normalization: {
      rank,
      ratio: conditionAt(normalized, rank) / conditionAt(plain, rank) ** 3,
      bound: (largest / smallest) ** 2,
    },
  };
}

/** lambda_1 / lambda_k. */
function conditionAt({ eigenvalues }: Spectrum, k: number): number {
  return (eigenvalues[0] ?? NaN) / (eigenvalues[k - 1] ?? NaN);
}

/** Scales the rows to unit norm, in place, and returns the norms they had. */
function normalizeRows({ data, rows, cols }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    const row = data.subarray(i * cols, (i + 1) * cols);
    let squared = 0;
    for (const value of row) squared += value * value;
    const norm = Math.sqrt(squared);
    for (let j = 0; norm > 0 && j < cols; j++) row[j] = (row[j] ?? NaN) / norm;
    return norm;
  });
}
