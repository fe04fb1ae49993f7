/**
 * Every reader of files answers any bytes with what they hold or with one typed error of one line, and with no more
 * elements than the format can hold in so many bytes. `npm run test:fuzz` tries 10^7 files.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import ts from 'typescript';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { encodeCifarBatch, parseCifarBatches } from '../../src/data/cifar-binary.js';
import { parseCsv } from '../../src/data/csv.js';
import { parseIdx } from '../../src/data/idx.js';
import { parseNpy } from '../../src/data/npy.js';
import { parseParquet } from '../../src/data/parquet.js';
import { readZip } from '../../src/data/zip.js';
import { NtkitError } from '../../src/errors.js';
import { decodeCell, encodeCell } from '../../src/runs/results-file.js';
import { endOf } from '../support/child.js';
import { repeat } from '../support/effort.js';
import { reportFigure } from '../support/figures.js';
import { npyFile, npyHeader, npyIntegers, npyRows, npzFile } from '../support/npy-files.js';
import { idxFile } from '../unit/data/fixtures.js';
import { damaged, drawFrom } from './mutate.js';
import { Watchdog } from './watchdog.js';

/** Files of each reader in a quick and in the long run, 10^7 of all together. */
const QUICK = 300;
const FULL = 10_000_000;
const PART = 50_000;

/** A reader; `read` tells how many elements it gave. */
interface Reader {
  readonly name: string;
  /** Its part of the long run: readers that take longer have fewer files. */
  readonly share: number;
  readonly files: readonly Uint8Array[];
  readonly read: (bytes: Uint8Array) => number | Promise<number>;
  /** Elements that a byte can stand for: 1 but for compressed and run-length formats. */
  readonly expansion: number;
}

const ROWS = [
  [1, 2],
  [3, 4.5],
  [-5, 6],
];
const COLUMNS = [
  { name: 'a', data: Array.from({ length: 40 }, (_, i) => i % 3) },
  { name: 'b', data: Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 'x' : 'y')) },
];
const images = idxFile([2, 1, 3], [1, 2, 3, 4, 5, 6]);
const parquet = (encoded: boolean): Uint8Array =>
  new Uint8Array(
    parquetWriteBuffer({
      codec: 'UNCOMPRESSED',
      columnData: COLUMNS.map((column, i) =>
        encoded
          ? { ...column, encoding: i === 0 ? 'DELTA_BINARY_PACKED' : 'DELTA_LENGTH_BYTE_ARRAY' }
          : column,
      ),
    }),
  );

/** No deflate stream expands further. */
const DEFLATE = 1032;

/** The number of elements, which must be the product of the sizes in the header. */
function asDeclared(elements: number, sizes: readonly number[]): number {
  expect(elements).toBe(sizes.reduce((product, size) => product * size, 1));
  return elements;
}

function elementsOfIdx(bytes: Uint8Array): number {
  const { dims, data } = parseIdx(bytes, 'file');
  return asDeclared(data.length, dims);
}

const READERS: readonly Reader[] = [
  {
    ...{ name: 'IDX', share: 0.25, files: [images, idxFile([3], [7, 8, 9])], expansion: 1 },
    read: elementsOfIdx,
  },
  {
    ...{ name: 'gzipped IDX', share: 0.1, files: [gzipSync(images)], expansion: DEFLATE },
    read: elementsOfIdx,
  },
  {
    name: 'CIFAR binary',
    share: 0.1,
    files: [encodeCifarBatch(new Uint8Array(2 * 3072), [3, 9])],
    expansion: 1,
    read: (content) => parseCifarBatches([{ path: 'file', content }]).pixels.length,
  },
  {
    name: 'npy',
    share: 0.25,
    files: [
      npyRows(ROWS),
      npyIntegers([8, 3, 8]),
      npyFile(npyHeader("'<f4'", '(2, 3)', 'True'), new Uint8Array(24)),
      npyFile(npyHeader("'|S2'", '(2,)'), Buffer.from('abcd')),
    ],
    expansion: 1,
    read: (bytes) => {
      const { shape, values } = parseNpy(bytes, 'file');
      return asDeclared(values.length, shape);
    },
  },
  {
    name: 'npz',
    share: 0.1,
    files: [0 as const, 6 as const].map((level) =>
      npzFile({ 'X.npy': npyRows(ROWS), 'y.npy': npyIntegers([8, 3, 8]) }, level),
    ),
    expansion: DEFLATE,
    read: (bytes) => readZip(bytes, 'file').reduce((sum, entry) => sum + entry.read().length, 0),
  },
  {
    name: 'Parquet',
    share: 0.05,
    files: [parquet(false), parquet(true)],
    // A run of equal values takes two bytes, whatever its length.
    expansion: DEFLATE,
    read: async (bytes) =>
      (await parseParquet(bytes, 'file')).reduce((sum, { values }) => sum + values.length, 0),
  },
  {
    name: 'CSV',
    share: 0.1,
    files: [Buffer.from('a,"b ""c""",label\n1,2,x\n-3e2,4,y\n'), Buffer.from('1,2\r\n3,4\r\n')],
    expansion: 1,
    read: (bytes) =>
      parseCsv(bytes, 'file', ',').reduce((sum, { values }) => sum + values.length, 0),
  },
  {
    name: 'lines of results',
    share: 0.05,
    files: [
      encodeCell({ key: 'ab', values: [1, 2.5], name: 'é', nested: { none: null } }),
      encodeCell({ key: '__proto__', constructor: { prototype: 1 } }),
    ].map((line) => Buffer.from(line.trimEnd())),
    expansion: 1,
    read: (bytes) => {
      const decoded = decodeCell(bytes);
      // An altered cell is never given for the one that was stored.
      if (!('cell' in decoded)) return 0;
      expect(encodeCell(decoded.cell)).toMatch(/^\{"sha256":"[0-9a-f]{64}"/);
      return 1;
    },
  },
];

let executions = 0;
let crashes = 0;

/** What is wrong with the answer to these bytes; undefined when nothing is. */
async function complaint(reader: Reader, bytes: Uint8Array): Promise<string | undefined> {
  executions++;
  try {
    const elements = await reader.read(bytes);
    return elements <= reader.expansion * bytes.length + 1
      ? undefined
      : `${elements} elements from ${bytes.length} bytes`;
  } catch (error) {
    if (!(error instanceof NtkitError)) return `threw ${String(error)}`;
    return /[\r\n]/.test(error.message) ? `more than one line: ${error.message}` : undefined;
  }
}

describe.each(READERS)('$name', (reader) => {
  it('as it was written is read', async () => {
    for (const file of reader.files) expect(await reader.read(file)).toBeGreaterThan(0);
  });

  it('with any damage is read or refused', { timeout: 7_200_000 }, async () => {
    const runs = repeat(QUICK, Math.ceil(FULL * reader.share));
    const watchdog = await Watchdog.start();
    onTestFinished(async () => watchdog.end());
    for (let done = 0; done < runs; done += PART) {
      await fc.assert(
        fc.asyncProperty(fc.integer(), async (seed) => {
          watchdog.begin(READERS.indexOf(reader), seed);
          const bytes = damaged(reader.files, drawFrom(seed));
          const found = await complaint(reader, bytes);
          if (found === undefined) return;
          crashes++;
          throw new Error(`${found}; bytes ${bytes.toString('base64')}`);
        }),
        { numRuns: Math.min(PART, runs - done) },
      );
      // Handles of zlib are freed by the event loop alone.
      await turn();
    }
  });
});

it('the shares of the readers make the whole', () => {
  expect(READERS.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
});

it('a reader that crashes is found', async () => {
  const broken: Reader = {
    ...{ name: 'broken', share: 0, files: [images], expansion: 1 },
    read: (bytes) => {
      if (bytes[3] === 0) throw new RangeError('planted');
      return 0;
    },
  };
  const found = await Promise.all(
    Array.from({ length: 300 }, async (_, seed) =>
      complaint(broken, damaged(broken.files, drawFrom(seed))),
    ),
  );
  expect(found.some((text) => text?.includes('planted'))).toBe(true);
  executions -= found.length;
});

it('a reader that does not end is found', async () => {
  const source = readFileSync(new URL('watchdog.ts', import.meta.url), 'utf8');
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const program = `${outputText}\n(await Watchdog.start(0.5)).begin(4, 17);\nfor (;;);`;
  const { signal, stderr } = await endOf(
    spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 20_000,
    }),
  );
  expect({ signal, stderr }).toEqual({
    signal: 'SIGKILL',
    stderr: 'No end of reader 4 with seed 17\n',
  });
});

afterAll(() => {
  reportFigure('fuzz-executions', executions, `${READERS.length} readers`);
  reportFigure('fuzz-crashes', crashes, `in ${executions} executions`);
});
