/**
 * `results.jsonl`, the truth of a run: one finished cell a line, appended and never rewritten. Each line is
 * `{"sha256": ..., "cell": ...}` with the SHA-256 of the cell's canonical JSON, so that a torn or altered
 * line is recognised when it is read.
 */
import { constants, type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256, writeFileAtomic } from '../data/files.js';
import { NtkitError } from '../errors.js';
import { canonicalJson } from './canonical-json.js';

/** A line of `results.jsonl` that holds no intact cell. */
export interface DamagedLine {
  /** Counted from 1. */
  readonly line: number;
  readonly reason: string;
  /** The line as it was found, without its end. */
  readonly bytes: Uint8Array;
}

/** What `results.jsonl` holds. */
export interface Results {
  readonly cells: readonly unknown[];
  readonly damaged: readonly DamagedLine[];
}

const RESULTS_FILE = 'results.jsonl';
const NEWLINE = 0x0a;

export function resultsPath(folder: string): string {
  return join(folder, RESULTS_FILE);
}

/** @throws NtkitError `ERR_STORE` when the cell holds what JSON cannot. */
export function encodeCell(cell: unknown): string {
  const json = canonicalJson(cell, 'cell');
  return `{"sha256":"${sha256(json)}","cell":${json}}\n`;
}

/** Where appended lines lie in `results.jsonl`. */
export interface Appended {
  /** The file's number. */
  readonly file: bigint;
  readonly start: number;
  readonly end: number;
}

/**
 * Appends lines in one write and waits for the disk. An earlier line that was torn is ended first, so
 * that it stays a damaged line of its own.
 *
 * @returns where they lie; undefined when another process has appended at the same time.
 * @throws NtkitError `ERR_STORE` when the file is missing or the line was not written whole.
 */
export async function appendLines(folder: string, lines: string): Promise<Appended | undefined> {
  const path = resultsPath(folder);
  try {
    // Without O_CREAT: a run whose results have vanished must not go on as if it had just begun.
    const file = await open(path, constants.O_RDWR | constants.O_APPEND);
    try {
      const { size: start } = await file.stat();
      const bytes = Buffer.from((await endsInNewline(file, start)) ? lines : `\n${lines}`);
      const { bytesWritten } = await file.write(bytes);
      await file.sync();
      if (bytesWritten !== bytes.length) {
        throw new Error(`wrote ${bytesWritten} of ${bytes.length} bytes`);
      }
      const { ino, size } = await file.stat({ bigint: true });
      const end = start + bytes.length;
      return Number(size) === end ? { file: ino, start, end } : undefined;
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new NtkitError('ERR_STORE', `Cannot append to ${path}: ${(cause as Error).message}`, {
      cause,
    });
  }
}

async function endsInNewline(file: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return true;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === NEWLINE;
}

/** How far a reader has come in `results.jsonl`. */
export interface ReadPosition {
  /** The file may be replaced by its sorted form: then reading begins again. */
  readonly file: bigint;
  readonly offset: number;
}

/**
 * Reads the whole lines that came after a position, while other processes may append.
 *
 * @param from - where the last call ended; undefined: the beginning.
 * @throws NtkitError `ERR_STORE` when the file cannot be read.
 */
export async function readNewResults(
  folder: string,
  from: ReadPosition | undefined,
): Promise<Results & { readonly position: ReadPosition }> {
  const path = resultsPath(folder);
  try {
    if (from !== undefined && (await isAt(path, from))) {
      return { cells: [], damaged: [], position: from };
    }
    const file = await open(path, 'r');
    try {
      const { ino, size } = await file.stat({ bigint: true });
      const start = from?.file === ino && from.offset <= Number(size) ? from.offset : 0;
      const bytes = Buffer.alloc(Number(size) - start);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
      const { lines, tail } = splitLines(bytes.subarray(0, bytesRead));
      const position = { file: ino, offset: start + bytesRead - tail.length };
      return { ...decodeLines(lines), position };
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw cannotRead(path, cause);
  }
}

/** Whether nothing came after a position. */
async function isAt(path: string, { file, offset }: ReadPosition): Promise<boolean> {
  const { ino, size } = await stat(path, { bigint: true });
  return ino === file && Number(size) === offset;
}

/**
 * Replaces the file by the given lines in one step, once no other line can be missing from it.
 *
 * @throws NtkitError `ERR_STORE` when it cannot be written: the file is then as it was.
 */
export async function replaceResults(folder: string, lines: readonly string[]): Promise<void> {
  const path = resultsPath(folder);
  await writeFileAtomic(path, lines.join('')).catch((cause: unknown) => {
    throw new NtkitError('ERR_STORE', `Cannot write ${path}: ${(cause as Error).message}`, {
      cause,
    });
  });
}

/**
 * Reads every intact cell, in the order they were appended, and every damaged line.
 *
 * @param live - whether the run is still written: then a last line without end is on its way, not damaged.
 * @throws NtkitError `ERR_STORE` when the file cannot be read.
 */
export async function readResults(folder: string, live: boolean): Promise<Results> {
  const path = resultsPath(folder);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw cannotRead(path, cause);
  });
  const { lines, tail } = splitLines(bytes);
  if (tail.length > 0 && !live) lines.push(tail);
  return decodeLines(lines);
}

function cannotRead(path: string, cause: unknown): NtkitError {
  return new NtkitError('ERR_STORE', `Cannot read ${path}: ${(cause as Error).message}`, { cause });
}

function decodeLines(lines: readonly Uint8Array[]): Results {
  const cells: unknown[] = [];
  const damaged: DamagedLine[] = [];
  lines.forEach((line, i) => {
    // Of two processes that met a torn line, both may have ended it.
    if (line.length === 0) return;
    const decoded = decodeCell(line);
    if ('cell' in decoded) cells.push(decoded.cell);
    else damaged.push({ line: i + 1, reason: decoded.reason, bytes: line });
  });
  return { cells, damaged };
}

function splitLines(bytes: Uint8Array): { lines: Uint8Array[]; tail: Uint8Array } {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return { lines, tail: bytes.subarray(start) };
}

/** The cell of a line, without its end, or why it holds none. */
export function decodeCell(line: Uint8Array): { cell: unknown } | { reason: string } {
  try {
    const entry: unknown = JSON.parse(Buffer.from(line).toString('utf8'));
    if (typeof entry !== 'object' || entry === null || !('sha256' in entry && 'cell' in entry)) {
      return { reason: 'no sha256 and cell' };
    }
    // Canonical JSON is checked inside the try as well: an altered number may parse to an infinity.
    return sha256(canonicalJson(entry.cell, 'cell')) === entry.sha256
      ? { cell: entry.cell }
      : { reason: 'the cell does not match its sha256' };
  } catch {
    return { reason: 'not JSON' };
  }
}
