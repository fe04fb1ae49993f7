/** The parts `spectrum`, `theory` and `attention` from their plan to their report, on the tiny data set. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { NetworkChoice } from '../../../src/experiments/networks.js';
import { totalCost } from '../../../src/experiments/plan.js';
import type { Cell, PartName, ReproduceConfig } from '../../../src/experiments/results.js';
import { drawSample } from '../../../src/experiments/sample.js';
import { approximation } from '../../../src/experiments/studies/approximation.js';
import { trainVariant, variantNetwork } from '../../../src/experiments/studies/attention-study.js';
import { conditionNumbers } from '../../../src/experiments/studies/spectrum-study.js';
import { partFiles, renderText } from '../../../src/report/index.js';
import { reportedParts } from '../../../src/report/sections.js';
import { fakeRun } from '../report/fixture.js';
import { TINY_CONFIG, TINY_DATASET, runTiny, tinyWorks, type TinyRun } from './tiny.js';

const SEED = 5;
const PARTS = ['spectrum', 'theory', 'attention'] as const;
const CONFIG: ReproduceConfig = {
  ...TINY_CONFIG,
  ...{ parts: ['table1', ...PARTS], seeds: [SEED], truncationRanks: [3] },
};
const works = tinyWorks(CONFIG);
const sample = drawSample(TINY_DATASET, CONFIG, 'multiclass', SEED);

let run: TinyRun;
beforeAll(async () => {
  run = await runTiny(CONFIG);
});

function cellsOf<Kind extends Cell['kind']>(
  part: PartName,
  kind: Kind,
): Extract<Cell, { kind: Kind }>[] {
  const isKind = (cell: Cell): cell is Extract<Cell, { kind: Kind }> => cell.kind === kind;
  return run.cells.filter(isKind).filter((cell) => cell.part === part);
}

describe('a run of the studies', () => {
  it('finishes what it planned at the cost that it planned', () => {
    expect(run.cells.map(({ key }) => key).sort()).toEqual(works.map(({ key }) => key).sort());
    expect(new Set(works.map(({ key }) => key)).size).toBe(works.length);
    expect(run.cost / totalCost(works)).toBeCloseTo(1, 10);
  });

  it('yields cells that JSON holds', () => {
    for (const cell of run.cells) expect(JSON.parse(JSON.stringify(cell))).toEqual(cell);
  });
});

describe('the part spectrum', () => {
  const settings = { tolerances: [1e-3, 1e-6, 1e-9], indices: [10, 100] };

  it('takes condition numbers of draws that differ, the first that of the sample', async () => {
    const conditions = cellsOf('spectrum', 'condition');
    expect(conditions.map(({ n, draw }) => `${n} ${draw}`).sort()).toEqual([
      ...['12 0', '12 1', '24 0', '24 1'],
    ]);
    expect(new Set(conditions.map(({ numbers }) => JSON.stringify(numbers))).size).toBe(4);
    const first = conditions.find(({ n, draw }) => n === 24 && draw === 0);
    expect(first).toMatchObject(await conditionNumbers({ ...sample, draw: 0 }, settings, {}));
    const other = drawSample(
      TINY_DATASET,
      { trainCount: 12, testCount: 1 },
      ...(['multiclass', SEED + 2 ** 32] as const),
    );
    expect(conditions.find(({ n, draw }) => n === 12 && draw === 1)).toMatchObject(
      await conditionNumbers({ seed: SEED, X: other.X, draw: 1 }, settings, {}),
    );
  });

  it('measures the cube and stacks of both kinds', () => {
    expect(cellsOf('spectrum', 'cube')).toHaveLength(1);
    const stacks = cellsOf('spectrum', 'layers').map(({ stack, layers }) => `${stack} ${layers}`);
    expect(stacks.sort()).toEqual(
      ['context', 'self'].flatMap((stack) => [2, 3, 4].map((layers) => `${stack} ${layers}`)),
    );
  });

  it('trains networks behind truncated attention at each width', async () => {
    const truncated = cellsOf('spectrum', 'variant-network').filter(
      ({ variant }) => variant.kind === 'truncated',
    );
    expect(truncated.map(({ width }) => width).sort()).toEqual([12, 8]);
    const choice: NetworkChoice = {
      ...({ task: 'multiclass', training: 'standard', model: 'attention' } as const),
      ...{ reading: 'best-fit', width: 12, seed: SEED, weightSeed: SEED },
    };
    const setting = { choice, sample, pixelStd: TINY_DATASET.pixelStd, config: CONFIG };
    const variant = { kind: 'truncated', rank: 3 } as const;
    const state = await trainVariant(variant, setting, true, {});
    expect(truncated.find(({ width }) => width === 12)).toMatchObject(
      await variantNetwork(variant, setting, state, {}),
    );
  });

  it('has no networks where no rank is asked for', () => {
    const without = tinyWorks({ ...CONFIG, parts: ['spectrum'], truncationRanks: [] });
    expect(without.flatMap(({ cell }) => cell.shared)).toEqual([]);
  });
});

describe('the part theory', () => {
  it('tests each proposition on its own number of points', async () => {
    const { theoryCount, testCount, ridge } = CONFIG;
    expect(cellsOf('theory', 'sensitivity').map(({ n, eps }) => [n, eps])).toEqual([[16, 0.3]]);
    expect(cellsOf('theory', 'influence-sensitivity').map(({ n }) => n)).toEqual([16]);
    const fits = cellsOf('theory', 'approximation');
    expect(fits.map(({ target }) => target).sort()).toEqual(['bottom', 'labels', 'random', 'top']);
    const fewer = drawSample(
      TINY_DATASET,
      { trainCount: theoryCount, testCount },
      ...(['multiclass', SEED] as const),
    );
    const settings = { target: 'random', columns: 10, tolerance: 1e-4, ridge } as const;
    expect(fits.find(({ target }) => target === 'random')).toMatchObject(
      await approximation(fewer, settings, {}),
    );
  });

  it('never has more points than networks are trained on', () => {
    const labels = tinyWorks({ ...CONFIG, parts: ['theory'], theoryCount: 1000 }).map(
      ({ cell }) => cell.choice,
    );
    for (const choice of labels) expect(choice).toMatchObject({ n: CONFIG.trainCount });
  });
});

describe('the part attention', () => {
  const NETWORKS = ['linearized', 'none', 'projected', 'softmax', 'softmax', 'stacked', 'stacked'];

  it('has a spectrum of each variant, and its networks', () => {
    const spectra = cellsOf('attention', 'variant-spectrum');
    expect(spectra.map(({ variant }) => variant.kind).sort()).toEqual([...NETWORKS, 'truncated']);
    for (const width of CONFIG.variantWidths) {
      const networks = cellsOf('attention', 'variant-network').filter(
        (cell) => cell.width === width,
      );
      expect(networks.map(({ variant }) => variant.kind).sort()).toEqual(NETWORKS);
    }
  });

  it.each([
    ['none', 'relu'],
    ['linearized', 'attention'],
  ] as const)('takes the network of %s from Table 1', (kind, model) => {
    const distances = cellsOf('table1', 'distance').filter(
      (cell) => cell.model === model && cell.reading === 'best-fit',
    );
    const networks = [
      ...cellsOf('spectrum', 'variant-network'),
      ...cellsOf('attention', 'variant-network'),
    ].filter(({ variant }) => variant.kind === kind);
    expect(networks).toHaveLength(4);
    for (const { width, distance, kernelDrift } of networks) {
      const same = distances.find((cell) => cell.width === width);
      expect([distance, kernelDrift]).toEqual([same?.spectral, same?.kernelDrift]);
    }
    // Trained and compared once for all three parts.
    const names = works
      .filter(({ cell }) => cell.choice.model === model)
      .flatMap(({ cell }) => cell.shared.map(({ name }) => name))
      .filter((name) => /^(variant|network) .* best-fit 8 /.test(name));
    expect(new Set(names).size).toBe(2);
  });

  it('has networks of the readings that the config has for them', () => {
    const readings = cellsOf('attention', 'variant-network').map(({ reading }) => reading);
    expect(new Set(readings)).toEqual(new Set(['best-fit']));
    const none = { parts: ['attention'], readings: ['as-stated'] } as const;
    const networks = tinyWorks({ ...CONFIG, ...none }).filter(({ cell }) => cell.shared.length > 0);
    expect(networks).toEqual([]);
  });
});

describe('the report of the studies', () => {
  it.each(PARTS)('has tables, rows with defined columns and claims for %s', (part) => {
    const record = fakeRun({ config: CONFIG, cells: run.cells });
    const { report, views } = reportedParts(record).find((each) => each.report.part === part) ?? {};
    const [view] = views ?? [];
    if (report === undefined || view === undefined) throw new Error(`No report of ${part}`);
    const tables = [...report.mainTables(view), ...report.detailTables(view)];
    const kinds = new Set(view.cells.map(({ kind }) => kind));
    expect(tables.length).toBeGreaterThanOrEqual(kinds.size);
    for (const { columns, groups } of tables) {
      expect(groups.length).toBeGreaterThan(0);
      for (const { cells } of groups.flatMap(({ rows }) => rows)) {
        expect(cells).toHaveLength(columns.length - 1);
      }
    }
    const rows = report.rows(view);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(view.cells.length);
    const undefinedColumns = rows.flatMap((row) =>
      Object.keys(row).filter((column) => !(column in report.columns)),
    );
    expect(undefinedColumns).toEqual([]);
    const verdicts = report.claims(view).flatMap(({ results }) => results);
    expect(verdicts.some(({ verdict }) => verdict.outcome !== 'missing')).toBe(true);
  });

  it('does not depend on which cell finished first', () => {
    const [first, last] = [run.cells, run.cells.toReversed()].map((cells) => {
      const record = fakeRun({ config: CONFIG, cells });
      return reportedParts(record).flatMap(({ report, views }) =>
        views.map((view) => [
          report.mainTables(view),
          report.detailTables(view),
          report.figures(view),
          report.claims(view),
          report.rows(view),
        ]),
      );
    });
    expect(JSON.stringify(last)).toBe(JSON.stringify(first));
  });

  it('is printed and written', () => {
    const record = fakeRun({ config: CONFIG, cells: run.cells });
    const text = renderText(record, { color: false, columns: 120 });
    expect(text).toContain('Number of points at which the condition number is the paper’s');
    expect(text).toContain('Approximation error with and without attention');
    expect(text).toContain('Spectra behind the variants of attention');
    const names = partFiles(record).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(PARTS.map((part) => `${part}.json`)));
  });
});
