import { describe, expect, it } from 'vitest';
import type {
  Cell,
  CellResult,
  FlipCell,
  InterventionCell,
  ModelName,
  PartName,
  ReadingName,
  RunRecord,
} from '../../../src/experiments/results.js';
import type { Claim } from '../../../src/report/claims.js';
import { partFiles, renderHtml, renderText } from '../../../src/report/index.js';
import { PART_REPORTS } from '../../../src/report/parts/index.js';
import { reportedParts } from '../../../src/report/sections.js';
import { CONFIG, fakeRun, flipCell, jitter } from './fixture.js';
import {
  approximated,
  condition,
  cube,
  influenceSensitivity,
  layered,
  sensitivity,
  variantNetwork,
  variantSpectrum,
} from './records.js';
import { allElements, findAll, parseHtml, textOf } from './html/parse.js';

const SEEDS = [0, 1, 2];
const FLIP_PARTS = ['table3', 'table4', 'epsilon'] as const;
const config = {
  ...CONFIG,
  datasets: ['mnist', 'cifar10'],
  parts: PART_REPORTS.map(({ part }) => part),
};

/** Cells of both data sets; rates differ by seed so that intervals have a width. */
function cells(): Cell[] {
  const grid = config.datasets.flatMap((dataset) =>
    config.readings.flatMap((reading) =>
      config.models.flatMap((model) => SEEDS.map((seed) => ({ dataset, reading, model, seed }))),
    ),
  );
  return grid.flatMap(({ dataset, reading, model, seed }): Cell[] => {
    const flips = (part: PartName, changes: Partial<FlipCell>): Cell => {
      const attack = changes.attack ?? 'pgd';
      const cell = { ...flipCell(reading, model, seed, attack), ...changes };
      const key = JSON.stringify([part, dataset, reading, model, seed, changes]);
      return { ...cell, part, dataset, key };
    };
    const raised = model === 'attention' ? 0.1 : 0;
    const rate = (level: number): number => level + raised + 0.001 * seed;
    return [
      ...[...config.attacks, 'reseed' as const].map((attack) =>
        flips('table3', { attack, task: 'binary', flipRate: rate(0.08) }),
      ),
      ...(['standard', 'adversarial'] as const).flatMap((training) =>
        (['pgd', 'reseed'] as const).map((attack) =>
          flips('table4', {
            ...{ attack, training },
            flipRate: rate(training === 'adversarial' ? 0.4 : 0.03),
          }),
        ),
      ),
      ...config.epsilons.map((eps) => flips('epsilon', { eps, flipRate: rate(eps) })),
      flips('epsilon', { attack: 'reseed', eps: 0, flipRate: rate(0.05) }),
      ...(['curated', 'transformed', 'adversarial', 'reseed'] as const).map(
        (intervention): Cell => {
          const key = JSON.stringify([
            'interventions',
            dataset,
            reading,
            model,
            seed,
            intervention,
          ]);
          const origin = { part: 'interventions', dataset, key } as const;
          return { ...interventionCell(intervention, model, seed), reading, ...origin };
        },
      ),
      ...[
        ...networkRecords(reading, model, seed),
        ...(reading === config.readings[0] ? multiverseRecords(model, seed) : []),
      ].map((record, k): Cell => {
        const key = JSON.stringify([dataset, reading, model, seed, record.kind, k]);
        return { ...record, part: partOf(record), dataset, key };
      }),
    ];
  });
}

/** Cells of the studies, every variant of attention among them. */
function studyCells(): Cell[] {
  const ofPart = (part: PartName, records: readonly CellResult[]): Cell[] =>
    config.datasets.flatMap((dataset) =>
      records.map((record, i) => ({
        ...record,
        part,
        dataset,
        key: `${part} ${dataset} ${record.seed} ${i}`,
      })),
    );
  return SEEDS.flatMap((seed) => [
    ...ofPart('spectrum', [
      condition(100, seed),
      cube(1000, seed),
      layered('context', 2, seed),
      variantNetwork({ kind: 'truncated', rank: 20 }, 16, seed),
      { ...variantNetwork({ kind: 'truncated', rank: 20 }, 4, seed), control: null },
    ]),
    ...ofPart('theory', [
      sensitivity(500, seed),
      influenceSensitivity(500, seed),
      approximated('top', seed),
    ]),
    ...ofPart('attention', [
      variantSpectrum({ kind: 'truncated', rank: 20 }, 3, seed),
      variantSpectrum({ kind: 'stacked', stack: 'self', layers: 2 }, null, seed),
      variantNetwork({ kind: 'softmax', temperature: 'sqrt-d' }, 16, seed),
      { ...variantNetwork({ kind: 'softmax', temperature: 'sqrt-d' }, 4, seed), control: null },
    ]),
  ]);
}

/** A network's path, and its retrainings. */
function networkRecords(reading: ReadingName, model: ModelName, seed: number): CellResult[] {
  const setting = { reading, model, seed } as const;
  const noise = (key: string): number => jitter(`${reading}${model}${seed}${key}`);
  const path = [0, 1, 10].map((epoch) => ({
    ...{ epoch, drift: 0.05 * epoch, alignment: 1, targetAlignment: null, weightChange: 0.1 },
    ...{ loss: epoch === 0 ? null : 1 / epoch, accuracy: 0.8, deadUnits: 0.01 * seed },
  }));
  const dynamics = [16, 64].map((width): CellResult => ({
    ...{ kind: 'dynamics', ...setting, width, n: 300, q: 500, path },
  }));
  const truth = { ...setting, width: 64, n: 300, q: 3, context: 'recomputed' } as const;
  const values = (key: string): number[] => [0, 1, 2].map((t) => noise(`${key} ${t}`));
  const retrainings = [0, 1, 2, 3].flatMap((k): CellResult[] => [
    {
      ...{ kind: 'truth-removal', ...truth, point: k },
      ...{ change: values(`c${k}`), influence: values(`i${k}`) },
    },
    {
      ...{ kind: 'truth-subset', ...truth, subset: k, size: 150 },
      ...{ loss: values(`l${k}`), influence: values(`s${k}`) },
    },
  ]);
  const change = values('reseed');
  return [
    ...dynamics,
    ...retrainings,
    { kind: 'truth-reseed', ...truth, networkSeed: seed + 2 ** 32, change },
  ];
}

/** The numbers of a model under two readings of Table 1 and two of Table 2. */
function multiverseRecords(model: ModelName, seed: number): CellResult[] {
  const level = model === 'attention' ? 0.2 : 0.1;
  const distances = [16, 1024].map((width): CellResult => ({
    ...{ kind: 'multiverse-distance', model, width, seed, q: 100 },
    distances: [0.01, 1].map((sigma) => ({
      reading: `t1/sigma=${sigma}/norm=spectral`,
      distance: (10 + seed / 10) * (1 + sigma) + Math.log2(width),
      accuracy: 0.9,
    })),
  }));
  const { attacks } = config;
  const flips: CellResult = {
    ...{ kind: 'multiverse-flips', model, width: 128, seed, n: 200, q: 100 },
    ...{ radius: 0.3, tau: 0.1, ridge: 1e-3, attacks },
    rates: [0.01, 1].map((sigma) => ({
      reading: `t2/sigma=${sigma}/eps=pixel`,
      rates: attacks.map((_, k) => level + 0.01 * (k + seed)),
    })),
  };
  return [...distances, flips];
}

/** The part that a record is of. */
function partOf({ kind }: CellResult): PartName {
  return PART_REPORTS.map(({ part }) => part).find((part) => kind.startsWith(part)) ?? 'table1';
}

function interventionCell(
  intervention: InterventionCell['intervention'],
  model: ModelName,
  seed: number,
): InterventionCell {
  return {
    kind: 'intervention',
    intervention,
    reading: 'as-stated',
    model,
    width: 1024,
    seed,
    eps: 0.3,
    epsPixels: 0.3,
    compared: 900,
    flipRate: 0.2 + 0.01 * seed,
    weightedFlipRate: 0.1,
    spearman: null,
    kendall: 0.4,
    topOverlap: 0.7,
    accuracyBefore: 0.9,
    accuracyAfter: 0.85 - 0.01 * seed,
    lossBefore: 0.1,
    lossAfter: 0.15 + 0.01 * seed,
  };
}

function everyPart(overrides: Partial<RunRecord> = {}): RunRecord {
  const mnist = fakeRun({ config });
  const own = mnist.cells.filter(({ part }) => !FLIP_PARTS.some((flips) => flips === part));
  return fakeRun({ config, cells: [...own, ...cells(), ...studyCells()], ...overrides });
}

const run = everyPart();

describe.each(PART_REPORTS)('the report of $part', (report) => {
  const { views } = reportedParts(run).find(({ report: { part } }) => part === report.part) ?? {
    views: [],
  };
  const [mnist] = views;
  if (mnist === undefined) throw new Error(`No view of ${report.part}`);

  it('has its cells, and definitions below each table', () => {
    expect(mnist.cells.length).toBeGreaterThan(0);
    for (const table of [...report.mainTables(mnist), ...report.detailTables(mnist)]) {
      expect(table.notes.length).toBeGreaterThan(0);
      for (const { rows } of table.groups) {
        for (const row of rows) expect(row.cells).toHaveLength(table.columns.length - 1);
      }
    }
  });

  it('defines every column of its rows', () => {
    const rows = views.flatMap((view) => report.rows(view));
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(Object.keys(row).filter((column) => !(column in report.columns))).toEqual([]);
    }
    const columns = new Set(rows.flatMap((row) => Object.keys(row)));
    expect(Object.keys(report.columns).filter((column) => !columns.has(column))).toEqual([]);
  });

  it('names tables and figures as no other part does', () => {
    const namesOf = (of: typeof report): string[] =>
      [...of.mainTables(mnist), ...of.detailTables(mnist)].map(({ name }) => name);
    const others = PART_REPORTS.filter((other) => other !== report).flatMap(namesOf);
    for (const name of namesOf(report)) expect(others).not.toContain(name);
  });
});

describe('a run of every part on two data sets', () => {
  it('is one page with a section for each part and a heading for each data set', async () => {
    const page = parseHtml(await renderHtml(run));
    const headings = findAll(page, 'h3').map(textOf);
    for (const dataset of config.datasets) {
      expect(headings.filter((text) => text === dataset)).toHaveLength(config.parts.length);
    }
    const ids = allElements(page).flatMap((element) => element.attributes.get('id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(textOf(page)).toContain('cifar10: claims about training and influence');
  });

  it('tells the data sets apart in text', () => {
    const text = renderText(run, { color: false, columns: 120 });
    expect(text).toContain('mnist: Influence flip rate by training');
    expect(text).toContain('cifar10: Influence flip rate by training');
  });

  it('writes each part as CSV and JSON, one row a cell', () => {
    const files = new Map(partFiles(run).map(({ name, content }) => [name, content]));
    expect([...files.keys()].sort()).toEqual(
      config.parts.flatMap((part) => [`${part}.csv`, `${part}.json`]).sort(),
    );
    const csv = files.get('table4.csv')?.trimEnd().split('\r\n') ?? [];
    // Two data sets, readings and models, three seeds, two kinds of training, PGD and the control.
    expect(csv).toHaveLength(1 + 2 * 2 * 2 * 3 * 2 * 2);
    const document = JSON.parse(files.get('table4.json') ?? '') as {
      columns: Record<string, string>;
      rows: Record<string, unknown>[];
    };
    expect(Object.keys(document.rows[0] ?? {})).toEqual(csv[0]?.split(','));
    expect(document.rows).toHaveLength(csv.length - 1);
    expect(document.columns['flipRate']).toMatch(/changes sign/);
  });
});

describe('the claims', () => {
  const claimsOf = (part: PartName, dataset: string): Claim[] =>
    reportedParts(run)
      .filter(({ report }) => report.part === part)
      .flatMap(({ report, views }) =>
        views.filter((view) => view.dataset === dataset).flatMap((view) => report.claims(view)),
      );
  const find = (claims: readonly Claim[], start: string): Claim | undefined =>
    claims.find(({ statement }) => statement.startsWith(start));
  const words = (claim: Claim | undefined): string[] =>
    claim?.results.map(({ verdict }) => verdict.words) ?? [];

  it('of Table 3 go the way the paper does on each data set', () => {
    const mnist = find(claimsOf('table3', 'mnist'), 'PGD: MLP-Attn flips more often');
    expect(mnist?.paper).toBe('+32.6 points');
    const cifar = find(claimsOf('table3', 'cifar10'), 'PGD: MLP-Attn flips less often');
    expect(cifar?.paper).toBe('-1.5 points');
    expect(words(find(claimsOf('table3', 'mnist'), 'FGSM: flip rate of 2L-ReLU'))).toEqual([
      'reproduced',
      'reproduced',
    ]);
  });

  it('of Table 4 compare the trainings seed by seed', () => {
    const claim = find(claimsOf('table4', 'mnist'), '2L-ReLU: adversarial training raises');
    expect(claim?.paper).toBe('+40.1 points');
    expect(claim?.results[0]?.ours?.mean).toBeCloseTo(0.37, 12);
    const level = find(claimsOf('table4', 'mnist'), '2L-ReLU: flip rate after adversarial');
    expect(level?.paper).toBe('43.4 %');
    expect(words(level)).toEqual(['reproduced', 'reproduced']);
  });

  it('of the radii ask for the order at each', () => {
    const claims = claimsOf('epsilon', 'mnist');
    expect(claims).toHaveLength(config.epsilons.length);
    expect(claims[0]?.statement).toContain('eps = 0.1');
    expect(claims[0]?.results[0]?.ours?.mean).toBeCloseTo(0.1, 12);
  });
});
