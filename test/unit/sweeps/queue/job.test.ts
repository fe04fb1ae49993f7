/** Jobs of a queue: what is submitted, and what a worker makes of what it received. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataName } from '../../../../src/sweeps/config/config.js';
import type { DataEntry } from '../../../../src/sweeps/config/schema.js';
import { prepareSweep, type PreparedSweep } from '../../../../src/sweeps/prepare.js';
import { batchesOf, cellsOf, parseJob, type Batch } from '../../../../src/sweeps/queue/job.js';
import { jobFailures } from '../../../../src/sweeps/queue/outcome.js';

const REQUEST = {
  measure: ['spectrum', 'distance', 'flips'],
  data: {
    name: 'toy',
    synthetic: { points: 100, inputs: 12, classes: 3, decay: 'power', rate: 1 },
  },
  ...{ n: 48, test: 16, width: '8..32 x2', seed: '0..7', epochs: 4, attack: ['fgsm', 'pgd'] },
};

const entriesOf = ({ config }: PreparedSweep): Map<string, DataEntry> =>
  new Map(config.data.map((entry) => [dataName(entry), entry]));

function batchesFor(prepared: PreparedSweep): Batch[] {
  return batchesOf(prepared.cells, entriesOf(prepared), prepared.data);
}

const SOME_HASH = '0'.repeat(64);

/** JSON can hold such a key, and a spread keeps it. */
const PROTOTYPE = JSON.parse(`{"__proto__": "${SOME_HASH}"}`) as object;

/** The source of a table, which is read as CSV unless it is changed. */
function tableWith(change: object): object {
  const reading = { format: 'csv', labelFormat: null, labelColumn: 'kind' };
  return { kind: 'table', name: 'own', reading: { ...reading, ...change } };
}

/** A small job as Redis hands it over. */
async function received(): Promise<Record<string, unknown>> {
  const prepared = await prepareSweep({ ...REQUEST, measure: 'spectrum', width: 8, attack: 'pgd' });
  const [batch] = batchesFor(prepared);
  return JSON.parse(JSON.stringify(batch?.job)) as Record<string, unknown>;
}

describe('batches', () => {
  it('are every cell once, groups together, none too long', async () => {
    const prepared = await prepareSweep(REQUEST);
    const batches = batchesFor(prepared);
    const keys = batches.flatMap(({ cells }) => cells.map(({ key }) => key));
    expect([...keys].sort()).toEqual(prepared.cells.map(({ key }) => key).sort());
    const batchesOfGroups = new Map<string, Set<string>>();
    for (const { id, cells } of batches) {
      expect(cells.length).toBeLessThanOrEqual(32);
      for (const { group } of cells) {
        batchesOfGroups.set(group, (batchesOfGroups.get(group) ?? new Set()).add(id));
      }
    }
    expect([...batchesOfGroups.values()].every(({ size }) => size === 1)).toBe(true);
    expect(new Set(batches.map(({ id }) => id)).size).toBe(batches.length);
  });

  it('are the same jobs when the same sweep is submitted again', async () => {
    const [first, second] = [await prepareSweep(REQUEST), await prepareSweep(REQUEST)];
    expect(batchesFor(second).map(({ id }) => id)).toEqual(batchesFor(first).map(({ id }) => id));
  });

  it('say how a table was read and what is in it, not where it lies', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ntkit-job-'));
    try {
      const rows = Array.from({ length: 16 }, (_, i) => `${i + 1},${i % 2}`);
      writeFileSync(join(folder, 'points.csv'), ['x,kind', ...rows].join('\n'));
      const data = { name: 'own', path: join(folder, 'points.csv'), labels: 'kind' };
      const prepared = await prepareSweep({ measure: 'spectrum', data, n: 8, test: 4 });
      const [batch] = batchesFor(prepared);
      expect(batch?.job).toMatchObject({
        source: tableWith({}),
        hashes: prepared.data.get('own')?.hashes,
      });
      const text = JSON.stringify(batch?.job);
      expect(text).not.toContain('points.csv');
      expect(parseJob(JSON.parse(text))).toEqual(batch?.job);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("carry no code: a measure of one's own is refused", async () => {
    const own = { name: 'own', revision: 1, run: async () => Promise.resolve({}) };
    const prepared = await prepareSweep(
      { ...REQUEST, measure: 'own', width: 8, seed: 0, attack: 'pgd' },
      { measures: [{ ...own, axes: ['n', 'test'] }] },
    );
    expect(() => batchesFor(prepared)).toThrow(/^Expected built-in measures for a queue/);
  });
});

describe('a worker', () => {
  it('plans the cells of a job that it received as whoever submitted it', async () => {
    const prepared = await prepareSweep(REQUEST);
    const [data] = [...prepared.data.values()];
    if (data === undefined) throw new Error('no data');
    for (const { job, cells } of batchesFor(prepared)) {
      const parsed = parseJob(JSON.parse(JSON.stringify(job)));
      const planned = cellsOf(parsed, data, prepared.numerics);
      expect(planned.map(({ key, group }) => [key, group])).toEqual(
        cells.map(({ key, group }) => [key, group]),
      );
      expect(planned.map(({ needs }) => needs)).toEqual(cells.map(({ needs }) => needs));
    }
  });

  it('refuses a job whose settings, data or numerics are not those of its keys', async () => {
    const prepared = await prepareSweep({
      ...REQUEST,
      measure: 'spectrum',
      width: 8,
      attack: 'pgd',
    });
    const [data] = [...prepared.data.values()];
    const job = parseJob(await received());
    if (data === undefined) throw new Error('no data');
    const [cell] = job.cells;
    const other = { ...job, cells: [{ ...cell, settings: { ...cell?.settings, n: 47 } }] };
    const refused = {
      code: 'ERR_QUEUE',
      message: expect.stringMatching(/^Expected the cell /) as string,
    };
    expect(() => cellsOf(parseJob(other), data, prepared.numerics)).toThrow(
      expect.objectContaining(refused) as Error,
    );
    expect(() => cellsOf(job, data, `${prepared.numerics} other`)).toThrow(
      expect.objectContaining(refused) as Error,
    );
    expect(() =>
      cellsOf(job, { ...data, hashes: { synthetic: '0'.repeat(64) } }, prepared.numerics),
    ).toThrow(expect.objectContaining(refused) as Error);
  });

  const changed = (change: (job: Record<string, unknown>) => unknown) => change;
  const withReading = (change: object) => changed((job) => ({ ...job, source: tableWith(change) }));
  const firstCell = (job: Record<string, unknown>): Record<string, unknown> =>
    (job['cells'] as Record<string, unknown>[])[0] ?? {};
  const withCell = (change: object) =>
    changed((job) => ({ ...job, cells: [{ ...firstCell(job), ...change }] }));

  it.each([
    ['nothing', () => undefined],
    ['a string', () => 'job'],
    ['another format', changed((job) => ({ ...job, format: 2 }))],
    ['an unknown key', changed((job) => ({ ...job, run: 'rm -rf' }))],
    ['no cells', changed((job) => ({ ...job, cells: [] }))],
    ['33 cells', changed((job) => ({ ...job, cells: Array(33).fill(firstCell(job)) }))],
    ['a hash that is a path', changed((job) => ({ ...job, hashes: { data: '../../etc/passwd' } }))],
    ['a source that is a path', changed((job) => ({ ...job, source: { path: '/etc/passwd' } }))],
    [
      'a path in a source',
      changed((job) => ({ ...job, source: { kind: 'known', name: 'mnist', path: '/' } })),
    ],
    [
      'an unknown data set',
      changed((job) => ({ ...job, source: { kind: 'known', name: 'imagenet' } })),
    ],
    ['a table of unknown format', withReading({ format: 'pickle' })],
    ['labels of unknown format', withReading({ labelFormat: 'xlsx' })],
    ['no format of labels', withReading({ labelFormat: undefined })],
    ['a column that is a number', withReading({ labelColumn: 3 })],
    ['several columns of labels', withReading({ labelColumn: ['a', 'b'] })],
    ['a column without name', withReading({ labelColumn: '' })],
    ['a column of 2 KiB', withReading({ labelColumn: 'x'.repeat(2048) })],
    ['a path of labels', withReading({ labels: '/etc/passwd' })],
    ['a prototype in a reading', withReading(PROTOTYPE)],
    ['a table at a path', changed((job) => ({ ...job, source: { ...tableWith({}), path: '/' } }))],
    [
      'a table without reading',
      changed((job) => ({ ...job, source: { kind: 'table', name: 'own' } })),
    ],
    ['a hash of an unknown part', changed((job) => ({ ...job, hashes: { '../x': SOME_HASH } }))],
    ['a prototype among the hashes', changed((job) => ({ ...job, hashes: PROTOTYPE }))],
    ['a prototype', changed((job) => ({ ...job, ...PROTOTYPE }))],
    ['a key that is none', withCell({ key: 'key' })],
    ['a measure of its own', withCell({ measure: 'eval' })],
    ['code in a cell', withCell({ code: 'process.exit()' })],
    ['an unknown axis', withCell({ settings: { depht: 3 } })],
    ['a setting out of range', withCell({ settings: { n: -1 } })],
    ['a setting of another type', withCell({ settings: { n: '48' } })],
    [
      '64 KiB',
      changed((job) => ({ ...job, source: { kind: 'files', name: 'x'.repeat(2 ** 16) } })),
    ],
  ] as [string, (job: Record<string, unknown>) => unknown][])(
    'refuses a job with %s',
    async (_, change) => {
      const job = change(await received());
      expect(() => parseJob(job)).toThrow(
        expect.objectContaining({
          code: 'ERR_QUEUE',
          message: expect.stringMatching(/^Expected a (valid|job)[^\n]*$/) as string,
        }) as Error,
      );
    },
  );
});

describe('the outcome of a job', () => {
  it('is its failures by key', () => {
    const told = { key: 'ab', code: 'ERR_MEMORY_BUDGET', message: 'too large' };
    const failures = jobFailures({ failures: [told] });
    expect([...failures]).toEqual([['ab', expect.objectContaining({ code: told.code })]]);
    expect(failures.get('ab')?.message).toBe('too large');
  });

  it.each([null, undefined, 'text', {}, { failures: [{ key: 'ab', code: 'ERR_X', message: '' }] }])(
    'is no failure when it cannot be read: %j',
    (returned) => {
      expect(jobFailures(returned).size).toBe(0);
    },
  );
});
