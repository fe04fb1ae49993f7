import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { crc32c } from '../../../src/exports/crc32c.js';
import { tableOfRows } from '../../../src/exports/table.js';
import { eventFile } from '../../../src/exports/tensorboard.js';
import { writeTables } from '../../../src/exports/write-files.js';
import { failure } from '../data/fixtures.js';
import { readEvents } from './event-reader.js';
import { ROWS, table } from './tables.js';

let folder: string;
const RUN = { startedAt: '2026-11-03T09:12:00Z' };
const SECONDS = Date.parse(RUN.startedAt) / 1000;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ntkit-export-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a table', () => {
  it('tells parameters from metrics, and numbers from text', () => {
    expect(table().columns.map(({ name, type, role }) => [name, type, role])).toEqual([
      ['part', 'text', 'parameter'],
      ['seed', 'number', 'parameter'],
      ['key', 'text', 'parameter'],
      ['model', 'text', 'parameter'],
      ['width', 'number', 'parameter'],
      ['distance', 'number', 'metric'],
      ['drift', 'number', 'metric'],
    ]);
  });

  it('takes a column of numbers and texts for text', () => {
    const mixed = tableOfRows([{ t: 1 }, { t: 'sqrt-d' }], {
      name: 't',
      definitions: {},
      parameters: [],
    });
    expect(mixed.columns).toEqual([
      { name: 't', type: 'text', role: 'parameter', definition: null },
    ]);
  });
});

describe('CSV', () => {
  it('has a line a row, and replaces an earlier export', async () => {
    for (let i = 0; i < 2; i++) {
      expect(await writeTables([table()], 'csv', folder, RUN)).toEqual([
        join(folder, 'table1.csv'),
      ]);
    }
    const [head, first] = readFileSync(join(folder, 'table1.csv'), 'utf8').split('\r\n');
    expect(head).toBe('part,seed,key,model,width,distance,drift');
    expect(first).toBe('table1,0,a1,relu,64,1.5,0.25');
    expect(readdirSync(folder)).toEqual(['table1.csv']);
  });
});

describe('Parquet', () => {
  it('keeps types, nulls and the definitions of columns', async () => {
    const [path = ''] = await writeTables([table()], 'parquet', folder, RUN);
    const bytes = readFileSync(path);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    const rows = await parquetReadObjects({ file, compressors });
    expect(rows).toEqual(
      ROWS.map((row) => ({
        ...row,
        seed: BigInt(row.seed),
        width: BigInt(row.width),
        drift: 'drift' in row ? row.drift : null,
      })),
    );
    const metadata = parquetMetadata(file);
    expect(metadata.schema.slice(1).map(({ name, type }) => [name, type])).toContainEqual([
      'distance',
      'DOUBLE',
    ]);
    const definitions = metadata.key_value_metadata?.find(({ key }) => key === 'ntkit.columns');
    expect(JSON.parse(definitions?.value ?? '')).toMatchObject({ distance: 'spectral norm' });
  });
});

describe('TensorBoard', () => {
  it('has a folder a combination of parameters, a tag a metric, a step a width', async () => {
    const paths = await writeTables([table()], 'tensorboard', folder, RUN);
    expect(paths).toHaveLength(2);
    const [relu = '', other = ''] = paths;
    expect(relu).toBe(
      join(folder, `table1/part=table1,seed=0,model=relu/events.out.tfevents.${SECONDS}.ntkit`),
    );
    // Characters that a path does not take are replaced, and a hash keeps the names apart.
    expect(other).toMatch(/table1\/part=table1,seed=1,model=a_b__c_-[0-9a-f]{12}\/events/);
    expect(readEvents(readFileSync(relu))).toEqual([
      { wallTime: SECONDS, version: 'brain.Event:2' },
      { wallTime: SECONDS, step: 16, tag: 'distance', value: 2.5 },
      { wallTime: SECONDS, step: 64, tag: 'distance', value: 1.5 },
      { wallTime: SECONDS, step: 64, tag: 'drift', value: 0.25 },
    ]);
  });

  it('counts rows where there is no width', async () => {
    const rows = [{ loss: 1 }, { loss: 2 }];
    const plain = tableOfRows(rows, { name: 'plain', definitions: {}, parameters: [] });
    const [path = ''] = await writeTables([plain], 'tensorboard', folder, RUN);
    const [, ...events] = readEvents(readFileSync(path));
    expect(events.map(({ step, value }) => [step, value])).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  it('has checksums that find every damaged byte', () => {
    const bytes = eventFile([{ tag: 'é', step: 2 ** 40, value: -0.1 }], 5.5);
    expect(readEvents(bytes)[1]).toEqual({
      wallTime: 5.5,
      step: 2 ** 40,
      tag: 'é',
      value: Math.fround(-0.1),
    });
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      expect(() => readEvents(damaged)).toThrow();
    }
  });

  it('uses the checksum of the standard', () => {
    // The check value of CRC-32C, and the vectors of RFC 3720.
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  });
});

it.each(['csv', 'parquet', 'tensorboard'] as const)(
  'a %s that cannot be written is one typed error',
  async (format) => {
    writeFileSync(join(folder, 'file'), '');
    await expect(writeTables([table()], format, join(folder, 'file'), RUN)).rejects.toThrow(
      failure('ERR_STORE', /Cannot write .*table1/),
    );
  },
);

it('a table without rows has no file', async () => {
  const empty = { ...table(), rows: [] };
  expect(await writeTables([empty], 'parquet', folder, RUN)).toEqual([]);
});
