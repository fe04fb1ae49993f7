import { describe, expect, it, vi } from 'vitest';
import type {
  DynamicsPoint,
  DynamicsRecord,
} from '../../../../src/experiments/parts/dynamics-results.js';
import { draw } from '../../../../src/report/figures/figure.js';
import {
  dynamicsClaims,
  dynamicsFigure,
  dynamicsTable,
  exitEpoch,
} from '../../../../src/report/parts/dynamics.js';

function point(epoch: number, drift: number | null): DynamicsPoint {
  return {
    epoch,
    drift,
    alignment: drift === null ? null : 1 - drift / 10,
    targetAlignment: 0.3 + epoch / 1000,
    weightChange: 2,
    loss: epoch === 0 ? null : 1,
    accuracy: 0.8,
    deadUnits: 0.25,
  };
}

function record(
  changes: Partial<DynamicsRecord>,
  drifts: readonly (number | null)[],
): DynamicsRecord {
  const epochs = [0, 1, 10, 100];
  return {
    ...{ kind: 'dynamics', reading: 'as-stated', model: 'relu', width: 16, seed: 0, n: 50, q: 20 },
    ...changes,
    path: drifts.map((drift, k) => point(epochs[k] ?? NaN, drift)),
  };
}

/** The ReLU's drift halves with each doubling of the width from 0.8 at 16 on; attention stays at 0.4 or so. */
const records = [0, 1, 2].flatMap((seed) =>
  [16, 32, 128].flatMap((width) => {
    const end = (12.8 + seed / 10) / width;
    const flat = 0.4 + seed / 100 + (width * seed) / 1e4;
    return [
      record({ seed, width }, [0, end / 4, end / 2, end]),
      record({ seed, width, model: 'attention' }, [0, 0.05, flat, flat]),
    ];
  }),
);

describe('exitEpoch', () => {
  it('is the first epoch beyond the threshold, even when the kernel comes back', () => {
    expect(exitEpoch(record({}, [0, 0.1, 0.101, 0.05]))).toBe(10);
    expect(exitEpoch(record({}, [0, 0.1, 0.05, 0.1]))).toBeNull();
    expect(exitEpoch(record({}, [null, null]))).toBeNull();
  });
});

describe('dynamicsTable', () => {
  const table = dynamicsTable(records);
  const cellOf = (title: string, head: string, column: string) => {
    const row = table.groups
      .find((group) => group.title === title)
      ?.rows.find((candidate) => candidate.head === head);
    return row?.cells[table.columns.indexOf(column) - 1];
  };

  it('has a group for each model and a row for each width', () => {
    expect(table.groups.map(({ title }) => title)).toEqual([
      'as-stated, 2L-ReLU',
      'as-stated, MLP-Attn',
    ]);
    for (const { rows } of table.groups) {
      expect(rows.map(({ head }) => head)).toEqual(['m = 16', 'm = 32', 'm = 128', 'slope']);
      for (const { cells } of rows) expect(cells).toHaveLength(table.columns.length - 1);
    }
  });

  it('has the mean drift with its interval', () => {
    // 0.8, 0.80625, 0.8125: mean 0.80625, t(2) = 4.303 times 0.00625 / sqrt 3.
    expect(cellOf('as-stated, 2L-ReLU', 'm = 16', 'drift')).toEqual({
      value: '0.806',
      detail: '[0.791, 0.822]',
    });
    expect(cellOf('as-stated, 2L-ReLU', 'm = 16', 'alignment')?.value).toBe('0.919');
  });

  it('counts who left the kernel regime, and when', () => {
    expect(cellOf('as-stated, 2L-ReLU', 'm = 16', 'left')?.value).toBe('3 / 3');
    expect(cellOf('as-stated, 2L-ReLU', 'm = 16', 'first epoch')?.value).toBe('1.00');
    // 12.8 / 128 is the threshold itself; the other seeds exceed it at the end.
    expect(cellOf('as-stated, 2L-ReLU', 'm = 128', 'left')?.value).toBe('2 / 3');
    expect(cellOf('as-stated, 2L-ReLU', 'm = 128', 'first epoch')?.value).toBe('100');
    expect(cellOf('as-stated, MLP-Attn', 'm = 32', 'first epoch')?.value).toBe('10.0');
  });

  it('has the slope over log2 m', () => {
    // Seed 0: 0.8, 0.4, 0.1 at log2 m = 4, 5, 7: -1.0333 / 4.6667.
    const single = dynamicsTable(records.filter(({ seed }) => seed === 0));
    const slope = single.groups[0]?.rows.at(-1);
    expect(slope?.cells[1]).toEqual({ value: '-0.221', detail: '(1 seed)' });
    expect(slope?.cells[3]).toEqual({ value: '–' });
  });

  it('leaves networks without a kernel out', () => {
    const dead = dynamicsTable([record({}, [null, null]), record({ seed: 1 }, [0, 0.5])]);
    const cells = dead.groups[0]?.rows[0]?.cells ?? [];
    expect(cells[1]).toEqual({ value: '0.500', detail: '(1 seed)' });
    expect(cells[3]?.value).toBe('1 / 1');
  });

  it('defines the threshold and the epochs', () => {
    expect(table.notes.join(' ')).toContain('exceeds 0.1');
    expect(table.notes.join(' ')).toContain('0, 1, 10, 100');
  });
});

describe('dynamicsClaims', () => {
  it('tests the trend of the ReLU, and where each model ends', () => {
    const claims = dynamicsClaims(records, ['as-stated']);
    expect(
      claims.map(({ statement, results }) => [statement, results[0]?.verdict.outcome]),
    ).toEqual([
      ['2L-ReLU: kernel drift falls with width (slope for each doubling)', 'reproduced'],
      ['2L-ReLU: in the kernel regime at m = 128 (drift after training)', 'undecided'],
      ['MLP-Attn: not in the kernel regime at m = 128 (drift after training)', 'reproduced'],
    ]);
  });

  it('has one verdict a reading of the run, in its order', () => {
    const other = records.map((one) => ({ ...one, reading: 'best-fit' as const }));
    const [claim] = dynamicsClaims([...other, ...records], ['as-stated', 'best-fit']);
    expect(claim?.results.map(({ reading }) => reading)).toEqual(['as-stated', 'best-fit']);
    const [partial] = dynamicsClaims(records, ['best-fit', 'as-stated']);
    expect(partial?.results.map(({ verdict }) => verdict.outcome)).toEqual([
      'missing',
      'reproduced',
    ]);
  });
});

describe('dynamicsFigure', () => {
  it('draws the mean path of each width without a warning', async () => {
    const warn = vi.spyOn(console, 'warn');
    const [plan] = dynamicsFigure(records);
    expect(plan?.rows).toHaveLength(2 * 3 * 4);
    const mean = plan?.rows.find(
      (row) => row['model'] === '2L-ReLU' && row['width'] === 16 && row['epoch'] === 100,
    );
    expect(mean?.['drift']).toBeCloseTo(0.80625, 12);
    if (plan === undefined) return;
    const { svg } = await draw(plan);
    expect(svg).toContain('<svg');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it('is none without records', () => {
    expect(dynamicsFigure([])).toEqual([]);
  });
});
