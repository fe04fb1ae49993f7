/**
 * `checkpoints/`: work of a run that is in hand, kept so that a process which is killed loses little of it. Each file is
 * a line with the SHA-256 of what follows, a line of JSON, and the bytes of its arrays. Whoever writes or reads one has
 * claimed the cells that it belongs to.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../data/files.js';
import { NtkitError } from '../errors.js';
import { canonicalJson } from './canonical-json.js';

/** The two lines are shorter. */
const LONGEST_HEAD = 2 ** 16;

/** One read or one update of a hash. */
const CHUNK = 2 ** 24;

const HEAD = z.strictObject({ name: z.string(), bytes: z.array(z.int().nonnegative()) });

/** The checkpoints of one run folder. */
export class Checkpoints {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = join(folder, 'checkpoints');
  }

  /**
   * Keeps arrays under a name, in place of what it held.
   *
   * @param name - in hexadecimal.
   * @throws NtkitError `ERR_STORE` when they cannot be written: what was there stays.
   */
  async write(name: string, arrays: readonly Uint8Array[]): Promise<void> {
    const path = join(this.#folder, name);
    const bytes = arrays.map(({ length }) => length);
    const head = Buffer.from(`${canonicalJson({ name, bytes }, 'checkpoint')}\n`);
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeAtomic(path, async (file) => {
        await file.writeFile(`${checksum([head, ...arrays])}\n`);
        for (const part of [head, ...arrays]) await file.writeFile(part);
      });
    } catch (cause) {
      throw new NtkitError('ERR_STORE', `Cannot write ${path}: ${(cause as Error).message}`, {
        cause,
      });
    }
  }

  /** What a name holds; what is damaged, another's or was never finished is removed. */
  async read(name: string): Promise<Uint8Array<ArrayBuffer>[] | undefined> {
    // Asked at the start of every training, and few runs have one: a wait for a thread of the disk takes longer than this.
    if (!existsSync(this.#folder)) return undefined;
    const files = await readdir(this.#folder).catch((): string[] => []);
    for (const file of files.filter((other) => other.startsWith(`${name}.`))) {
      await rm(join(this.#folder, file), { force: true }).catch(() => undefined);
    }
    if (!files.includes(name)) return undefined;
    const arrays = await readArrays(join(this.#folder, name), name).catch(() => undefined);
    if (arrays === undefined) await this.remove(name);
    return arrays;
  }

  /** Removes what a name holds. What cannot be removed is checked again by whoever reads it. */
  async remove(name: string): Promise<void> {
    await rm(join(this.#folder, name), { force: true }).catch(() => undefined);
  }

  /** Removes all of them, once the run is complete. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** @throws whatever is wrong with the file. */
async function readArrays(
  path: string,
  name: string,
): Promise<Uint8Array<ArrayBuffer>[] | undefined> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const start = await readAt(file, 0, Math.min(size, LONGEST_HEAD));
    const headAt = start.indexOf('\n') + 1;
    const dataAt = start.indexOf('\n', headAt) + 1;
    const head = start.subarray(headAt, dataAt);
    const { name: own, bytes } = HEAD.parse(JSON.parse(head.toString()));
    const total = bytes.reduce((sum, length) => sum + length, dataAt);
    if (own !== name || total !== size) return undefined;
    const arrays: Buffer<ArrayBuffer>[] = [];
    let at = dataAt;
    for (const length of bytes) {
      arrays.push(await readAt(file, at, length));
      at += length;
    }
    const expected = start.subarray(0, headAt - 1).toString();
    return checksum([head, ...arrays]) === expected ? arrays : undefined;
  } finally {
    await file.close();
  }
}

async function readAt(
  file: FileHandle,
  position: number,
  length: number,
): Promise<Buffer<ArrayBuffer>> {
  const bytes = Buffer.from(new ArrayBuffer(length));
  for (let done = 0; done < length;) {
    const count = Math.min(CHUNK, length - done);
    const { bytesRead } = await file.read(bytes, done, count, position + done);
    if (bytesRead === 0) throw new Error('the file ended early');
    done += bytesRead;
  }
  return bytes;
}

function checksum(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    for (let at = 0; at < part.length; at += CHUNK) hash.update(part.subarray(at, at + CHUNK));
  }
  return hash.digest('hex');
}
