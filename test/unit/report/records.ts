/** Records of the studies with numbers by formula, and the cell of a table by its headings. */
import type {
  AttentionVariant,
  VariantNetworkRecord,
  VariantSpectrumRecord,
} from '../../../src/experiments/studies/attention-study-results.js';
import type {
  ConditionNumber,
  ConditionRecord,
  CubeRecord,
  LayersRecord,
} from '../../../src/experiments/studies/spectrum-study-results.js';
import type {
  ApproximationRecord,
  InfluenceSensitivityRecord,
  SensitivityRecord,
  TargetFamily,
} from '../../../src/experiments/studies/theory-results.js';
import type { ReadingName } from '../../../src/experiments/results.js';
import type { Table, TableCell } from '../../../src/report/table.js';

/** The cell of a column in the first row of that heading, in the group of a title where one is given. */
export function cellOf(table: Table, head: string, column: string, title?: string): TableCell {
  const group = table.groups.find((each) => title === undefined || each.title === title);
  const row = group?.rows.find((each) => each.head === head);
  const cell = row?.cells[table.columns.indexOf(column) - 1];
  if (cell === undefined) throw new Error(`No ${head} / ${column} in ${table.name}`);
  return cell;
}

/** The half width of the 95 % interval of two values: the t quantile of one degree of freedom times their distance / 2. */
export function halfWidthOfTwo(a: number, b: number): number {
  return (12.706204736432095 * Math.abs(a - b)) / 2;
}

function conditionNumber(
  definition: ConditionNumber['definition'],
  parameter: number | null,
  log10: number | null,
): ConditionNumber {
  return {
    ...{ definition, parameter, log10 },
    position: log10 === null ? null : 10,
    log10Width: log10 === null ? null : { v1: 6 * log10, v2: 6 * log10 + 2 },
  };
}

/** kappa = n^2 times 10^shift, infinite from n = 1000 on; kappa_d at rtol 1e-3 is 900 everywhere. */
export function condition(n: number, seed: number, shift = 0): ConditionRecord {
  const log10 = 2 * Math.log10(n) + shift;
  return {
    kind: 'condition',
    ...{ seed, draw: 0, n, d: 784 },
    numbers: [
      conditionNumber('kappa', null, n < 1000 ? log10 : null),
      conditionNumber('kappa-d-rounding', 2e-13, log10),
      conditionNumber('kappa-d', 1e-3, Math.log10(900)),
      conditionNumber('kappa-k', 100, n < 100 ? null : 3),
    ],
  };
}

/** kappa = 1e3; attention cubes it exactly, normalisation multiplies by 0.8 or, for odd seeds, 0.9. */
export function cube(n: number, seed: number): CubeRecord {
  return {
    kind: 'cube',
    ...{ seed, n, d: 4 },
    eigenvalues: {
      plain: [1000, 100, 10, 1],
      attended: [1e9, 1e6, 1e3, 1],
      normalized: [1e4, 10, 1e-2, 1e-14],
    },
    cut: { tolerance: 1e-9, rank: 4 },
    log10Kappa: {
      plain: 3,
      attended: 9,
      normalized: 9 + Math.log10(seed % 2 === 0 ? 0.8 : 0.9),
    },
    log10Bound: 1,
    plain: { topShare: 0.41, meanCosine: 0.4, effectiveRank: 23 },
    normalized: { topShare: 0.99, meanCosine: 0.992, effectiveRank: 1.06 },
  };
}

/** kappa_r(G) = 10, and the measured stack 2 % of the exponent off, by seed to either side. */
export function layered(stack: 'context' | 'self', layers: number, seed: number): LayersRecord {
  const exponent = stack === 'context' ? 2 * layers + 1 : 3 ** layers;
  return {
    kind: 'layers',
    ...{ seed, n: 500, d: 784, stack, layers, exponent, rank: 20 },
    cut: { tolerance: 1e-9, rank: layers > 2 ? 1 : 7 },
    log10Predicted: exponent,
    log10Measured: exponent * (seed % 2 === 0 ? 0.99 : 1.01),
    powers: [{ k: 100, log10: layers > 2 ? null : 3 * exponent }],
    topShare: 0.9999,
    meanCosine: 1 - 2e-4,
    effectiveRank: 1.001,
  };
}

/** Ratios of Prop. 4.5, the false reading exceeded a hundredfold plus the seed. */
export function sensitivity(n: number, seed: number): SensitivityRecord {
  const attained = { smallest: 1, largest: 1 };
  const columnReading = { smallest: 50, largest: 100 + seed };
  return {
    kind: 'sensitivity',
    ...{ seed, n, d: 784, eps: 0.3, draws: 2 },
    linf: { bound: 1000, attained, random: 0.2, columnReading, columnExceeded: 1 },
    l2: {
      ...{ bound: 100, attained, random: 0.1, columnReading, columnExceeded: 0.5 },
      gramBound: { smallest: 0.4, largest: 0.6 },
    },
  };
}

export function influenceSensitivity(n: number, seed: number): InfluenceSensitivityRecord {
  return {
    kind: 'influence-sensitivity',
    ...{ seed, n, ridge: 1e-3, targetNorm2: n },
    kernels: [
      { kernel: 'relu', lipschitz: 8 + seed, meanDiagonal: 0.5, log10S: 10 + seed / 10 },
      { kernel: 'attention', lipschitz: 2, meanDiagonal: 0.5, log10S: 9 },
      { kernel: 'attended-gram', lipschitz: 1e6, meanDiagonal: 1e4, log10S: 15 },
    ],
  };
}

/** Attention errs by 0.1 (top) or 0.3 (others) more, give or take the seed. */
export function approximated(target: TargetFamily, seed: number): ApproximationRecord {
  const more = (target === 'top' ? 0.1 : 0.3) + seed / 1000;
  return {
    kind: 'approximation',
    ...{ seed, n: 500, q: 100, target, columns: 3, ridge: 1e-3 },
    tolerance: target === 'labels' ? null : 1e-4,
    fits: [
      { kernel: 'gram', alignment: 0.5, rkhsNorm2: 0.1, testError: 0.01 },
      { kernel: 'attended-gram', alignment: 0.3, rkhsNorm2: 1, testError: 0.02 },
      { kernel: 'relu', alignment: 0.6, rkhsNorm2: 0.2, testError: 0.2 },
      { kernel: 'attention', alignment: 0.4, rkhsNorm2: 2, testError: 0.2 + more },
    ],
  };
}

export function variantSpectrum(
  variant: AttentionVariant,
  log10: number | null,
  seed: number,
): VariantSpectrumRecord {
  return {
    kind: 'variant-spectrum',
    ...{ variant, seed, n: 500, d: 784, tolerance: 2e-13, rank: 300, log10KappaD: 12 },
    kappaK: [{ k: 100, log10 }],
    ...{ topShare: 0.99, meanCosine: 1 - 3e-5, effectiveRank: 1.01 },
  };
}

/** Distances start + slope log2 m (half of it at initialisation) and flip rates of `flip`, shifted by the seed. */
export function variantNetwork(
  variant: AttentionVariant,
  width: number,
  seed: number,
  { start = 10, slope = 1, flip = 0.1 } = {},
  reading: ReadingName = 'as-stated',
): VariantNetworkRecord {
  const distance = start + slope * Math.log2(width) + seed;
  return {
    kind: 'variant-network',
    ...{ variant, reading, width, seed, n: 500, q: 100, ridge: 1e-3 },
    kernelError: 0.05,
    initialDistance: distance / 2,
    distance,
    distanceRms: distance / 10,
    kernelDrift: 1.5,
    networkAccuracy: 0.85,
    ridgeAccuracy: 0.9,
    finalLoss: 0.7,
    deadUnits: 0.25,
    flips: {
      attack: 'fgsm',
      ...{ eps: 0.3, epsPixels: 0.0924, tau: 0.1, topCount: 50 },
      flipRate: flip + seed / 100,
      weightedFlipRate: 0.02,
      indeterminate: 5,
      spearman: null,
      topOverlap: 0.75,
    },
    control: {
      ...{ flipRate: 0.07 + seed / 100, weightedFlipRate: 0.01, indeterminate: 5 },
      ...{ spearman: 0.8, topOverlap: 0.7 },
    },
  };
}
