/** The kernel along training, ground truth and the multiverse as parts of a run, and their reports. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { CellChoice } from '../../../src/experiments/part.js';
import {
  flipNetwork,
  multiverseFlipsRecord,
  type FlipAxes,
  type FlipNetwork,
} from '../../../src/experiments/parts/multiverse-flips.js';
import { combinations, readingId } from '../../../src/experiments/parts/multiverse-readings.js';
import type {
  DistanceReading,
  FlipReading,
} from '../../../src/experiments/parts/multiverse-results.js';
import { pixelScale } from '../../../src/experiments/parts/multiverse-world.js';
import { labelOf, plannedParts, totalCost } from '../../../src/experiments/plan.js';
import type { Cell, PartName, ReproduceConfig } from '../../../src/experiments/results.js';
import { drawSample, modelInputs } from '../../../src/experiments/sample.js';
import { partFiles, renderHtml, renderText } from '../../../src/report/index.js';
import { fakeRun } from '../report/fixture.js';
import { TINY_CONFIG, TINY_DATASET, runTiny, tinyWorks, type TinyRun } from './tiny.js';

const PARTS: readonly PartName[] = ['dynamics', 'truth', 'multiverse'];
const config: ReproduceConfig = { ...TINY_CONFIG, parts: PARTS };
const works = tinyWorks(config);

/** What choices say of sizes; those of the run are left out. */
interface Sizes extends CellChoice {
  readonly trainCount: number;
  readonly testCount?: number;
  readonly epochs?: number | readonly number[];
}

let run: TinyRun;

beforeAll(async () => {
  run = await runTiny(config);
});

function cellsOf<Kind extends Cell['kind']>(
  kind: Kind,
  wanted: object = {},
): Extract<Cell, { kind: Kind }>[] {
  return run.cells.filter(
    (cell): cell is Extract<Cell, { kind: Kind }> =>
      cell.kind === kind &&
      Object.entries(wanted).every(([key, value]) => cell[key as keyof Cell] === value),
  );
}

describe('the plan', () => {
  it('has a path a network, a cell a retraining, and one a network or set of attacks', () => {
    // Two seeds, models and readings, two widths; the attention alone has two contexts.
    const [paths, retrainings] = [2 * 2 * 2 * 2, 2 * 2 * 2 * (1 + 2) * (4 + 3 + 1)];
    const [distances, flips] = [2 * 2 * 2 * 2 * 2 * 2, 2 * 2 * 3 * 2];
    expect(plannedParts(works)).toEqual(
      expect.arrayContaining([
        { part: 'dynamics', dataset: 'tiny', cells: paths },
        { part: 'truth', dataset: 'tiny', cells: retrainings },
        { part: 'multiverse', dataset: 'tiny', cells: distances + flips },
      ]),
    );
  });

  it('has a key and a label for each cell', () => {
    expect(new Set(works.map(({ key }) => key)).size).toBe(works.length);
    expect(new Set(works.map(labelOf)).size).toBe(works.length);
  });

  it('takes no more points and epochs than the run has', () => {
    const small = { ...config, trainCount: 10, testCount: 5, epochs: 1 };
    for (const { cell } of tinyWorks(small)) {
      const { trainCount, testCount = 5, epochs = 1 } = cell.choice as Sizes;
      expect([trainCount, testCount, [epochs].flat()]).toEqual([10, 5, [1]]);
    }
  });

  it('has other keys for other settings of the part alone', () => {
    const keysOf = (changes: Partial<ReproduceConfig>): Set<string> =>
      new Set(tinyWorks({ ...config, ...changes }).map(({ key }) => key));
    const { truth, multiverse } = config;
    const base = keysOf({});
    const common = (changes: Partial<ReproduceConfig>): number =>
      [...keysOf(changes)].filter((key) => base.has(key)).length;
    const cells = (part: PartName): number =>
      works.filter((work) => work.part.name === part).length;
    expect(common({ dynamics: { trainCount: 19 } })).toBe(works.length - cells('dynamics'));
    expect(common({ truth: { ...truth, epochs: 2 } })).toBe(works.length - cells('truth'));
    const flips = works.filter(({ cell }) => 'axes' in cell.choice).length;
    expect(common({ multiverse: { ...multiverse, flipTestCount: 5 } })).toBe(works.length - flips);
    // More removals leave those that there were.
    expect(common({ truth: { ...truth, removals: 9 } })).toBe(works.length);
  });
});

describe('the run', () => {
  it('finishes every cell, at the cost that was planned', () => {
    expect([...run.finished].sort()).toEqual(works.map(labelOf).sort());
    expect(run.cost / totalCost(works)).toBeCloseTo(1, 10);
  });

  it('yields cells that JSON holds: finite numbers and nulls', () => {
    for (const cell of run.cells) expect(JSON.parse(JSON.stringify(cell))).toEqual(cell);
  });

  it('yields the same bits with cells side by side', async () => {
    const stored = ({ cells }: TinyRun): string[] =>
      cells.map((cell) => JSON.stringify(cell)).sort();
    expect(stored(await runTiny(config, { concurrency: 2 }))).toEqual(stored(run));
  });
});

describe('dynamics', () => {
  it('follows the networks of Table 1 to where they end', async () => {
    const whole = { ...config, dynamics: { trainCount: config.trainCount } };
    const { cells } = await runTiny({ ...whole, parts: ['table1', 'dynamics'], seeds: [5] });
    const ends = cells.flatMap((cell) =>
      cell.kind === 'dynamics' ? [[cell, cell.path.at(-1)] as const] : [],
    );
    expect(ends).toHaveLength(2 * 2 * 2);
    for (const [{ model, reading, width }, end] of ends) {
      const trained = cells.find(
        (cell) =>
          cell.kind === 'distance' &&
          cell.model === model &&
          cell.reading === reading &&
          cell.width === width,
      );
      expect(trained).toMatchObject({
        networkAccuracy: end?.accuracy,
        deadUnits: end?.deadUnits,
        finalLoss: end?.loss,
      });
      expect(end?.drift).toBeCloseTo((trained as { kernelDrift: number }).kernelDrift, 10);
    }
  });
});

describe('ground truth', () => {
  const network = { model: 'attention', reading: 'best-fit', width: 8, seed: 5 } as const;

  it('removes other points each time, the same in both contexts', () => {
    const [fixed, recomputed] = (['fixed', 'recomputed'] as const).map((context) =>
      cellsOf('truth-removal', { ...network, context }).sort((a, b) => a.point - b.point),
    );
    expect(new Set(fixed?.map(({ point }) => point)).size).toBe(4);
    expect(recomputed?.map(({ point }) => point)).toEqual(fixed?.map(({ point }) => point));
    expect(recomputed?.map(({ influence }) => influence)).toEqual(
      fixed?.map(({ influence }) => influence),
    );
    expect(recomputed?.map(({ change }) => change)).not.toEqual(fixed?.map(({ change }) => change));
  });

  it('has subsets of their share, other seeds, and its own sizes', () => {
    expect(cellsOf('truth-subset', network).map(({ size }) => size)).toEqual(
      Array.from({ length: 2 * 3 }, () => 8),
    );
    for (const cell of cellsOf('truth-reseed', network)) {
      expect(cell).toMatchObject({ n: 16, q: 6, networkSeed: 5 + 2 ** 32 });
      expect(cell.change).toHaveLength(6);
    }
  });
});

describe('the multiverse', () => {
  it('has every reading of the grid for each model and seed', () => {
    const { distance, flips, widths } = config.multiverse;
    const readings = [
      ...combinations<DistanceReading>(distance).flatMap((reading) => widths.map(() => reading)),
      ...combinations<FlipReading>(flips),
    ].map(readingId);
    for (const model of config.models) {
      for (const seed of config.seeds) {
        const found = [
          ...cellsOf('multiverse-distance', { model, seed }).flatMap(({ distances }) => distances),
          ...cellsOf('multiverse-flips', { model, seed }).flatMap(({ rates }) => rates),
        ].map(({ reading }) => reading);
        expect(found.sort()).toEqual(readings.toSorted());
      }
    }
  });

  it('has the two classes of Table 3, and PGD alone in Table 4', async () => {
    const ofTable = (table: string) =>
      cellsOf('multiverse-flips', { model: 'relu', seed: 5 }).filter(({ rates }) =>
        rates.every(({ reading }) => reading.startsWith(`${table}/sigma=1/eps=pixel`)),
      );
    expect(ofTable('t4').map(({ attacks }) => attacks)).toEqual([['pgd']]);
    const sample = drawSample(TINY_DATASET, { trainCount: 16, testCount: 6 }, 'binary', 5);
    const inputs = await modelInputs('relu', sample.X, sample.Z, {});
    const which: FlipNetwork = {
      table: 't3',
      model: 'relu',
      settings: {
        ...{ width: 8, seed: 5, scale: 1, loss: 'squared', epochs: 4, batchSize: 10 },
        ...{ learningRate: 0.02, weightDecay: 1e-3, precision: 'float64' },
      },
      ball: { eps: 'pixel', radius: 0.3, pixelScale: pixelScale(TINY_DATASET) },
    };
    const axes: FlipAxes = {
      ...{ influence: ['loo'], aggregate: ['mean', 'pair'], target: ['loss'] },
      ...{ kernel: ['km', 'kinf'], points: ['singly', 'together'], step: ['usual'] },
      context: ['fixed', 'recomputed'],
    };
    const expected = await multiverseFlipsRecord(
      which,
      await flipNetwork(which, sample, inputs, {}),
      { attacks: config.attacks, tau: 0.25, ridge: 1e-3 },
      axes,
      sample,
      inputs,
      {},
    );
    expect(ofTable('t3')).toMatchObject([expected]);
  });
});

describe('the report', () => {
  it('has a section, figures and files of each part', async () => {
    const record = fakeRun({ config, cells: run.cells, planned: plannedParts(works) });
    const page = await renderHtml(record);
    for (const title of ['Kernel during training', 'Influence against retraining']) {
      expect(page).toContain(title);
    }
    expect(page).toContain('trainCount 16; testCount 6; epochs 3; widths 6, 8');
    expect(page).toContain('distance (table t1; sigma 0.01, 1; l2 0.001; n 12, 16;');
    expect(page).not.toMatch(/>[^<]*\b(?:NaN|undefined|Infinity)\b/);
    const text = renderText(record, { color: false, columns: 160 });
    expect(text).toContain('Claims across readings');
    const files = new Map(partFiles(record).map(({ name, content }) => [name, content]));
    const linesOf = (part: PartName): number =>
      files.get(`${part}.csv`)?.trimEnd().split('\r\n').length ?? 0;
    const points = cellsOf('dynamics').flatMap(({ path }) => path).length;
    expect(linesOf('dynamics')).toBe(1 + points);
    expect(linesOf('truth')).toBe(1 + works.filter(({ part }) => part.name === 'truth').length);
    expect(linesOf('multiverse')).toBeGreaterThan(1 + cellsOf('multiverse-flips').length);
  });

  it('does not depend on the order in which cells finished', async () => {
    const pageOf = async (cells: readonly Cell[]): Promise<string> =>
      renderHtml(fakeRun({ config, cells, planned: plannedParts(works) }));
    expect((await pageOf(run.cells.toReversed())) === (await pageOf(run.cells))).toBe(true);
  });
});
