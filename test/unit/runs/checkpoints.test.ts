import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Checkpoints } from '../../../src/runs/checkpoints.js';

const NAME = 'ab12';
const ARRAYS = [
  Uint8Array.of(1, 2, 3),
  new Uint8Array(),
  Uint8Array.from({ length: 999 }, (_, i) => i),
];

let run: string;
let folder: string;
let checkpoints: Checkpoints;

beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), 'ntkit-checkpoints-'));
  folder = join(run, 'checkpoints');
  checkpoints = new Checkpoints(run);
});

afterEach(() => {
  rmSync(run, { recursive: true, force: true });
});

const read = async (name = NAME): Promise<number[][] | undefined> =>
  (await checkpoints.read(name))?.map((array) => [...array]);
const EXPECTED = ARRAYS.map((array) => [...array]);

describe('a checkpoint', () => {
  it('is what was written last, until it is removed', async () => {
    expect(await read()).toBeUndefined();
    await checkpoints.write(NAME, [Uint8Array.of(7)]);
    await checkpoints.write(NAME, ARRAYS);
    expect(await read()).toEqual(EXPECTED);
    expect(readdirSync(folder)).toEqual([NAME]);
    await checkpoints.remove(NAME);
    expect(await read()).toBeUndefined();
  });

  it('of one name is not that of another', async () => {
    await checkpoints.write(NAME, ARRAYS);
    await checkpoints.write('cd34', [Uint8Array.of(7)]);
    expect(await read()).toEqual(EXPECTED);
    expect(await read('cd34')).toEqual([[7]]);
    await checkpoints.clear();
    expect(readdirSync(run)).toEqual([]);
  });

  it('with any byte changed is never used, and removed', async () => {
    await checkpoints.write(NAME, ARRAYS.slice(0, 2));
    const intact = readFileSync(join(folder, NAME));
    for (let i = 0; i < intact.length; i++) {
      const damaged = Buffer.from(intact);
      damaged[i] = (damaged[i] ?? 0) ^ 1;
      writeFileSync(join(folder, NAME), damaged);
      expect(await read(), `byte ${i}`).toBeUndefined();
      expect(readdirSync(folder), `byte ${i}`).toEqual([]);
    }
  });

  it('that is cut off or too long is never used, and removed', async () => {
    await checkpoints.write(NAME, ARRAYS);
    const intact = readFileSync(join(folder, NAME));
    for (const other of [
      ...[0, 10, 64, 65, 90, intact.length - 1].map((end) => intact.subarray(0, end)),
      Buffer.concat([intact, Buffer.of(0)]),
    ]) {
      writeFileSync(join(folder, NAME), other);
      expect(await read(), `${other.length} bytes`).toBeUndefined();
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  it('under a foreign name is removed', async () => {
    await checkpoints.write(NAME, ARRAYS);
    copyFileSync(join(folder, NAME), join(folder, 'cd34'));
    expect(await read('cd34')).toBeUndefined();
    expect(readdirSync(folder)).toEqual([NAME]);
  });

  it('that a killed process never finished is removed with its next reading', async () => {
    await checkpoints.write(NAME, ARRAYS);
    writeFileSync(join(folder, `${NAME}.3f6c.part`), 'half');
    writeFileSync(join(folder, 'cd34.3f6c.part'), "another process's");
    expect(await read()).toEqual(EXPECTED);
    expect(readdirSync(folder)).toEqual([NAME, 'cd34.3f6c.part']);
  });

  it('that cannot be written is a typed error', async () => {
    writeFileSync(folder, 'a file');
    await expect(checkpoints.write(NAME, ARRAYS)).rejects.toMatchObject({
      code: 'ERR_STORE',
      message: expect.stringMatching(/^Cannot write .*: EEXIST/) as string,
    });
  });
});
