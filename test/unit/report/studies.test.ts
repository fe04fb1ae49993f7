/** Tables of theory and variants, claims, figures, and what the studies add to a report. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AttentionVariant } from '../../../src/experiments/studies/attention-study-results.js';
import type { CellResult } from '../../../src/experiments/results.js';
import type { Claim } from '../../../src/report/claims.js';
import { draw } from '../../../src/report/figures/figure.js';
import type { FigurePlan } from '../../../src/report/figures/figure.js';
import type { PartReport } from '../../../src/report/part-report.js';
import { attentionReport } from '../../../src/report/parts/attention.js';
import { spectrumReport } from '../../../src/report/parts/spectrum.js';
import { theoryReport } from '../../../src/report/parts/theory.js';
import type { Table } from '../../../src/report/table.js';
import { fakeView } from './fixture.js';
import {
  approximated,
  cellOf,
  condition,
  cube,
  halfWidthOfTwo,
  influenceSensitivity,
  layered,
  sensitivity,
  variantNetwork,
  variantSpectrum,
} from './records.js';

const SEEDS = [0, 1];
const RELU: AttentionVariant = { kind: 'none' };
const LINEARIZED: AttentionVariant = { kind: 'linearized' };
const TRUNCATED: AttentionVariant = { kind: 'truncated', rank: 20 };
const PROJECTED: AttentionVariant = { kind: 'projected' };
const SOFTMAX: AttentionVariant = { kind: 'softmax', temperature: 'sqrt-d' };

/** What a part shows of some cells of its own. */
interface StudyReport {
  readonly tables: readonly Table[];
  readonly figures: readonly FigurePlan[];
  readonly claims: readonly Claim[];
}

function reportOf(report: PartReport, records: readonly CellResult[]): StudyReport {
  const { part } = report;
  const cells = records.map((record, i) => ({ ...record, part, dataset: 'mnist', key: String(i) }));
  const view = fakeView({ cells });
  return {
    tables: [...report.mainTables(view), ...report.detailTables(view)],
    figures: report.figures(view),
    claims: report.claims(view),
  };
}

function tableOf({ tables }: StudyReport, name: string): Table {
  const [found, ...others] = tables.filter((table) => table.name === name);
  if (found === undefined || others.length > 0) throw new Error(`Not one table ${name}`);
  return found;
}

function claimAbout({ claims }: StudyReport, words: string): Claim {
  const [found, ...others] = claims.filter(({ statement }) => statement.includes(words));
  if (found === undefined || others.length > 0) throw new Error(`Not one claim about ${words}`);
  return found;
}

function outcomes(claim: Claim): string[] {
  return claim.results.map(({ verdict }) => verdict.outcome);
}

afterEach(() => {
  vi.restoreAllMocks();
});

const spectra = reportOf(spectrumReport, [
  ...[100, 1000].flatMap((n) => SEEDS.map((seed) => condition(n, seed))),
  ...SEEDS.map((seed) => cube(500, seed)),
  ...SEEDS.flatMap((seed) => [layered('context', 2, seed), layered('context', 3, seed)]),
  ...SEEDS.flatMap((seed) =>
    [16, 64].flatMap((width) => [
      variantNetwork(RELU, width, seed, { slope: -0.5 }),
      variantNetwork(TRUNCATED, width, seed, { slope: 1.5 + 0.01 * seed }),
    ]),
  ),
]);
const theory = reportOf(theoryReport, [
  ...SEEDS.flatMap((seed) => [
    ...[sensitivity(100, seed), sensitivity(500, seed), influenceSensitivity(500, seed)],
    ...(['top', 'bottom', 'random', 'labels'] as const).map((target) => approximated(target, seed)),
  ]),
]);
const variants = reportOf(
  attentionReport,
  SEEDS.flatMap((seed) => [
    variantSpectrum(RELU, 3, seed),
    variantSpectrum(PROJECTED, 6 + 0.01 * seed, seed),
    variantSpectrum(SOFTMAX, null, seed),
    ...[16, 64].flatMap((width) => [
      variantNetwork(RELU, width, seed, { flip: 0.05 }),
      variantNetwork(LINEARIZED, width, seed, { slope: -1 - 0.01 * seed, flip: 0.2 + 0.1 * seed }),
      variantNetwork(LINEARIZED, width, seed, { slope: 1 + 0.01 * seed }, 'best-fit'),
    ]),
  ]),
);

describe('the study of spectra', () => {
  it('has every table and figure', () => {
    expect(spectra.tables.map(({ name }) => name)).toEqual([
      ...['condition', 'width', 'condition-by-n', 'n-of-paper-kappa', 'cube', 'layers'],
      ...['truncation-trained', 'width-by-n', 'collapse'],
      ...['truncation-initial', 'truncation-kernel', 'truncation-flips'],
    ]);
    expect(spectra.figures.map(({ name }) => name)).toEqual([
      'condition-by-n',
      'cube',
      'truncation',
    ]);
  });

  it('tests the cube, the layers and the cure', () => {
    // An identity: exactly 3 in both seeds is what it says.
    expect(outcomes(claimAbout(spectra, 'before its rows'))).toEqual(['reproduced']);
    expect(outcomes(claimAbout(spectra, 'after its rows'))).toEqual(['reproduced']);
    expect(claimAbout(spectra, '2 layers').results[0]?.ours?.mean).toBeCloseTo(5, 12);
    expect(outcomes(claimAbout(spectra, '3 layers'))).toEqual(['missing']);
    // No network of the reading best-fit.
    expect(outcomes(claimAbout(spectra, 'truncated, rank 20'))).toEqual([
      ...['not-reproduced', 'missing'],
    ]);
  });

  it('prints distances with their slope', () => {
    const table = tableOf(spectra, 'truncation-trained');
    const half = halfWidthOfTwo(16, 17.04);
    expect(cellOf(table, 'truncated, rank 20', 'm = 16')).toEqual({
      value: '16.5',
      detail: `[${(16.52 - half).toFixed(2)}, ${(16.52 + half).toFixed(1)}]`,
    });
    expect(cellOf(table, '2L-ReLU', 'slope').value).toBe('-0.500');
    expect(cellOf(tableOf(spectra, 'truncation-initial'), '2L-ReLU', 'slope').value).toBe('-0.250');
  });
});

describe('the study of theory', () => {
  it('shows the bound that holds and the reading that does not', () => {
    const table = tableOf(theory, 'sensitivity');
    const linf = 'n = 500, |δ|_{∞} ≤ eps';
    expect(cellOf(table, 'largest |ΔK| / eps |C^{2} x_{j}|_{1}', 'value', linf).value).toBe('1.00');
    expect(cellOf(table, 'largest |ΔK| / eps |g_{j}|_{1}', 'value', linf).value).toBe('101');
    const l2 = 'n = 500, |δ|_{2} ≤ eps';
    expect(cellOf(table, 'largest |ΔK| / eps |G g_{j}|_{1}', 'value', l2).value).toBe('0.600');
    expect(cellOf(table, 'share of points above eps |g_{j}|_{1}', 'value', l2).value).toBe('0.500');
    expect(outcomes(claimAbout(theory, 'for |δ|_{∞} ≤ eps'))).toEqual(['not-reproduced']);
  });

  it('compares S and L_K between kernels', () => {
    const table = tableOf(theory, 'influence-sensitivity');
    expect(cellOf(table, '2L-ReLU, K_{∞}', 'L_{K} / mean K_{ii}').value).toBe('17.0');
    expect(cellOf(table, 'G^{3}', 'S').value).toBe('1.0e15');
    expect(claimAbout(theory, 'attended unit rows').results[0]?.ours?.mean).toBeCloseTo(-1.05, 12);
    expect(outcomes(claimAbout(theory, 'attended unit rows'))).toEqual(['not-reproduced']);
    expect(outcomes(claimAbout(theory, 'G^{3} itself'))).toEqual(['reproduced']);
  });

  it('compares errors on each family of targets', () => {
    const table = tableOf(theory, 'approximation');
    const aligned = 'n = 500, aligned: first eigenvectors of G (3)';
    expect(cellOf(table, 'MLP-Attn, K_{∞}', 'alignment', aligned).value).toBe('0.400');
    expect(cellOf(table, 'G', 'test error', 'n = 500, labels (3)').value).toBe('0.0100');
    expect(table.notes[0]).toContain('1.00e-4 × λ_{1}');
    expect(outcomes(claimAbout(theory, 'on aligned targets (3'))).toEqual(['not-reproduced']);
    expect(outcomes(claimAbout(theory, 'on misaligned targets (3'))).toEqual(['reproduced']);
    expect(outcomes(claimAbout(theory, 'on random targets (3'))).toEqual(['reproduced']);
  });
});

describe('the study of attention variants', () => {
  it('shows their spectra', () => {
    const table = tableOf(variants, 'variant-spectrum');
    expect(cellOf(table, 'linearized, random QKV', 'κ_{100}').value).toBe('1.0e6');
    expect(cellOf(table, 'softmax, T = √d', 'κ_{100}').value).toBe('∞');
    expect(cellOf(table, '2L-ReLU', '1 − mean cosine').value).toBe('3.00e-5');
    expect(table.notes).toContain('softmax: softmax(z Xᵀ / T) X.');
    expect(table.notes.join(' ')).not.toContain('truncated');
  });

  it('shows what each does at the largest width', () => {
    const table = tableOf(variants, 'variants-flips');
    expect(table.caption).toContain('m = 64');
    expect(cellOf(table, 'linearized (MLP-Attn)', 'flip rate', 'as-stated').value).toBe('25.5 %');
    expect(cellOf(table, '2L-ReLU', 'indeterminate', 'as-stated').value).toBe('10.0 %');
    expect(cellOf(table, '2L-ReLU', 'Spearman', 'as-stated').missing).toBe(true);
    expect(table.notes.join(' ')).toContain('as-stated: eps = 0.3, 0.0924 in pixels');
    const kernel = tableOf(variants, 'variants-kernel');
    expect(cellOf(kernel, '2L-ReLU', 'kernel drift', 'as-stated').value).toBe('1.50');
    expect(cellOf(kernel, '2L-ReLU', 'dead units', 'as-stated').value).toBe('25.0 %');
  });

  it('judges each reading on its own', () => {
    const rises = claimAbout(variants, 'linearized (MLP-Attn): distance');
    expect(rises.results.map(({ reading }) => reading)).toEqual(['as-stated', 'best-fit']);
    expect(outcomes(rises)).toEqual(['not-reproduced', 'reproduced']);
    const flips = claimAbout(variants, 'linearized (MLP-Attn): influence flips');
    // No 2L-ReLU of the reading best-fit: nothing to compare with.
    expect(outcomes(flips)).toEqual(['undecided', 'missing']);
    expect(flips.results[0]?.ours?.mean).toBeCloseTo(0.2, 12);
  });

  it('finds the power that random projections leave', () => {
    const cubed = claimAbout(variants, 'Random Q, K, V');
    expect(cubed.results[0]?.ours?.mean).toBeCloseTo(6.005 / 3, 12);
    expect(outcomes(cubed)).toEqual(['not-reproduced']);
  });
});

// Before they are drawn: Vega marks the rows that it has seen.
it('figures hold medians, eigenvalues above rounding, and means', () => {
  const plans = [...spectra.figures, ...variants.figures];
  const conditions = plans.find(({ name }) => name === 'condition-by-n');
  expect(conditions?.rows.filter(({ definition }) => definition === 'κ')).toEqual([
    { definition: 'κ', n: 100, kappa: 1e4, source: 'median' },
  ]);
  const cubes = plans.find(({ name }) => name === 'cube');
  expect(cubes?.rows.filter(({ matrix }) => matrix === 'unit rows, U Uᵀ')).toHaveLength(3);
  const networks = plans.find(({ name }) => name === 'variants');
  expect(networks?.rows).toContainEqual({
    ...{ reading: 'as-stated', variant: '2L-ReLU', width: 64, distance: 16.5, seeds: 2 },
  });
});

it('figures are drawn without a warning and hold finite numbers alone', async () => {
  const warn = vi.spyOn(console, 'warn');
  const plans = [...spectra.figures, ...variants.figures];
  expect(plans).toHaveLength(4);
  for (const plan of plans) {
    const { svg, data } = await draw(plan);
    expect(svg).toContain('<svg');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(data).not.toMatch(/NaN|undefined|Infinity/);
  }
  expect(warn).not.toHaveBeenCalled();
});

it('a study without cells adds no table and no figure, and claims that nothing was measured', () => {
  for (const report of [spectrumReport, theoryReport, attentionReport]) {
    const { tables, figures, claims } = reportOf(report, []);
    const ofSpectra = report === spectrumReport ? ['condition', 'width'] : [];
    expect(tables.map(({ name }) => name)).toEqual(ofSpectra);
    expect(figures).toEqual([]);
    expect(new Set(claims.flatMap(outcomes))).toEqual(new Set(['missing']));
  }
});
