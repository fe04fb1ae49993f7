/**
 * The condition number of the data by every definition, and what one layer of attention and stacks of layers make of
 * it (arXiv 2603.13085, Theorem 4.7). Truncated attention, the proposed cure, is a variant of attention-study.ts.
 */
import { linearizedAttention } from '../../kernels/attention.js';
import type { RunOptions } from '../../options.js';
import { attentionSpectrum } from '../../spectrum/attention-spectrum.js';
import { predictedWidths } from '../../spectrum/predicted-widths.js';
import { describeSpectrum, spectrum, type Spectrum } from '../../spectrum/spectrum.js';
import { EIGENVALUE_FLOPS, type ProblemShape } from '../costs.js';
import type { Sample } from '../sample.js';
import { collapseOf, logCondition } from './attention-study.js';
import type {
  ConditionDefinition,
  ConditionNumber,
  ConditionRecord,
  CubeRecord,
  LayersRecord,
} from './spectrum-study-results.js';
import { stepOptions } from './step-options.js';

type Points = Pick<Sample, 'seed' | 'X'>;

/** The definitions of {@link conditionNumbers} that take a parameter. */
export interface ConditionSettings {
  /** Relative tolerances of kappa_d. */
  readonly tolerances: readonly number[];
  /** The k of kappa_k. */
  readonly indices: readonly number[];
}

/** Condition numbers of G = X X^T by every definition, and the widths that follow from each; X is a draw of the seed. */
export async function conditionNumbers(
  { seed, draw, X }: Points & Pick<ConditionRecord, 'draw'>,
  { tolerances, indices }: ConditionSettings,
  run: RunOptions,
): Promise<ConditionRecord> {
  const options = stepOptions(run);
  const plain = await spectrum(X, options);
  const { n, d, eigenvalues, rank, tolerance } = plain;
  const above = (rtol: number): number =>
    eigenvalues.filter((value) => value > rtol * (eigenvalues[0] ?? NaN)).length;
  return {
    kind: 'condition',
    ...{ seed, draw, n, d },
    numbers: [
      conditionAt(plain, 'kappa', null, Math.min(n, d)),
      conditionAt(plain, 'kappa-d-rounding', tolerance, rank),
      ...tolerances.map((rtol) => conditionAt(plain, 'kappa-d', rtol, Math.min(rank, above(rtol)))),
      ...indices.map((k) => conditionAt(plain, 'kappa-k', k, k)),
    ],
  };
}

/** The eps of v1's width kappa^6 / eps^2: the widths that the paper quotes are the sixth powers themselves. */
const WIDTH_ACCURACY = 1;

/** lambda_1 / lambda_r, infinite beyond the numerical rank. */
function conditionAt(
  { n, d, eigenvalues, rank }: Spectrum,
  definition: ConditionDefinition,
  parameter: number | null,
  position: number,
): ConditionNumber {
  if (position > rank)
    return { definition, parameter, position: null, log10: null, log10Width: null };
  const leading = describeSpectrum(eigenvalues.slice(0, position), n, d, { tolerance: 0 });
  const { v1, v2 } = predictedWidths(leading, WIDTH_ACCURACY).log10Width;
  return {
    ...{ definition, parameter, position },
    log10: Math.log10(leading.kappaD),
    log10Width: { v1, v2 },
  };
}

/**
 * Eigenvalues this far below the largest still have three digits after rounding: max(n, d) times machine epsilon is
 * about 2e-13 for a thousand points. Condition numbers of different matrices are compared above it.
 */
const RESOLVED = 1e-9;

/** The condition number before attention, after it, and after its rows are normalised, on a common rank. */
export async function cubeOfCondition({ seed, X }: Points, run: RunOptions): Promise<CubeRecord> {
  const options = stepOptions(run);
  const { plain, normalized, normalization } = await attentionSpectrum(X, options);
  const attended = await spectrum(
    await linearizedAttention(X, { ...options, normalize: false }),
    options,
  );
  const rank = Math.min(...[plain, attended, normalized].map(resolved));
  return {
    kind: 'cube',
    ...{ seed, n: plain.n, d: plain.d },
    eigenvalues: {
      plain: Array.from(plain.eigenvalues),
      attended: Array.from(attended.eigenvalues),
      normalized: Array.from(normalized.eigenvalues),
    },
    cut: { tolerance: RESOLVED, rank },
    log10Kappa: {
      plain: logRatio(plain, rank),
      attended: logRatio(attended, rank),
      normalized: logRatio(normalized, rank),
    },
    log10Bound: Math.log10(normalization.bound),
    plain: collapseOf(X, plain),
    normalized: collapseOf(await linearizedAttention(X, options), normalized),
  };
}

/** Layers of attention and what the layers after the first attend to. */
export interface LayersSettings {
  readonly stack: 'context' | 'self';
  readonly layers: number;
  /** The k of the powers of kappa_k. */
  readonly indices: readonly number[];
}

/** k layers of attention, each followed by the normalisation of its rows, against the power of kappa(G). */
export async function layeredCondition(
  { seed, X }: Points,
  { stack, layers, indices }: LayersSettings,
  run: RunOptions,
): Promise<LayersRecord> {
  const options = stepOptions(run);
  const exponent = stack === 'context' ? 2 * layers + 1 : 3 ** layers;
  const plain = await spectrum(X, options);
  const rows = await linearizedAttention(X, { ...options, stack, layers });
  const measured = await spectrum(rows, options);
  const rank = resolved(measured);
  return {
    kind: 'layers',
    ...{ seed, n: plain.n, d: plain.d, stack, layers, exponent },
    rank: measured.rank,
    cut: { tolerance: RESOLVED, rank },
    log10Predicted: exponent * logRatio(plain, rank),
    log10Measured: logRatio(measured, rank),
    powers: indices.map((k) => {
      const { log10 } = logCondition(plain, k);
      return { k, log10: log10 === null ? null : exponent * log10 };
    }),
    ...collapseOf(rows, measured),
  };
}

/** How many eigenvalues lie above the resolution. */
function resolved({ eigenvalues }: Spectrum): number {
  return eigenvalues.filter((value) => value > RESOLVED * (eigenvalues[0] ?? NaN)).length;
}

/** log10 of lambda_1 / lambda_r. */
function logRatio({ eigenvalues }: Spectrum, rank: number): number {
  return Math.log10((eigenvalues[0] ?? NaN) / (eigenvalues[rank - 1] ?? NaN));
}

/** Flops of one spectrum: the smaller Gram matrix and its eigenvalues. */
export function conditionCost({ n, d }: Pick<ProblemShape, 'n' | 'd'>): number {
  const side = Math.min(n, d);
  return n * d * side + EIGENVALUE_FLOPS * side ** 3;
}

/** Flops of {@link cubeOfCondition}: three spectra, and attention three times. */
export function cubeCost(shape: Pick<ProblemShape, 'n' | 'd'>): number {
  const { n, d } = shape;
  return 3 * conditionCost(shape) + 9 * n * d * Math.min(n, d);
}

/** Flops of {@link layeredCondition}: two spectra, and attention once a layer. */
export function layersCost(
  { layers }: Pick<LayersSettings, 'layers'>,
  shape: Pick<ProblemShape, 'n' | 'd'>,
): number {
  const { n, d } = shape;
  return 2 * conditionCost(shape) + 3 * layers * n * d * Math.min(n, d);
}
