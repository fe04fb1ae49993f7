/**
 * A run folder that several processes fill together. Whoever takes a group of cells claims it first, looks once more
 * what has been stored since, and gives the claim back when its cells are on the disk: so each cell is computed once, and
 * when an owner dies its cells are computed by another.
 */
import { randomUUID } from 'node:crypto';
import { link, open, rm, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NtkitError } from '../errors.js';
import { Checkpoints } from './checkpoints.js';
import { Claims } from './claims.js';
import { appendEvents, type RunEvent } from './events-file.js';
import { exists, makeFolders, missingFolders, removeEmpty } from './folders.js';
import {
  manifestPath,
  manifestText,
  readManifest,
  runningManifest,
  writeManifest,
  type RunDescription,
  type RunManifest,
} from './manifest.js';
import { quarantine } from './read-run.js';
import {
  appendLines,
  encodeCell,
  readNewResults,
  replaceResults,
  resultsPath,
  type Appended,
  type DamagedLine,
  type ReadPosition,
} from './results-file.js';
import { requireSameRun } from './same-run.js';

/** A stored cell: equal keys mean equal content. */
export interface KeyedCell {
  readonly key: string;
}

/** Results wait for others this long after a write: a disk takes one write of ten lines faster than ten of one. */
const COMPANY_MS = 100;

/** Who tidies up a run that is complete. */
const COMPLETION = '00';

interface Pending {
  readonly line: string;
  readonly events: readonly RunEvent[];
  readonly stored: () => void;
  readonly failed: (error: unknown) => void;
}

/** One process's view of a shared run, for cells of type C. */
export class SharedStore<C extends KeyedCell> {
  /** Absolute path of the run folder. */
  readonly folder: string;
  readonly claims: Claims;
  readonly checkpoints: Checkpoints;
  #manifest: RunManifest;
  #position: ReadPosition | undefined;
  readonly #cells = new Map<string, C>();
  readonly #damaged: DamagedLine[] = [];
  #pending: Pending[] = [];
  #isFlushing = false;
  #flushedAt = -Infinity;
  #reading: Promise<void> = Promise.resolve();

  private constructor(folder: string, manifest: RunManifest) {
    this.folder = folder;
    this.claims = new Claims(folder);
    this.checkpoints = new Checkpoints(folder);
    this.#manifest = manifest;
  }

  /**
   * Starts a run in a folder or joins the one that it holds, and reads what is there.
   *
   * @throws NtkitError `ERR_STORE` when the folder holds another run, or cannot be made, read or written.
   */
  static async open<C extends KeyedCell>(
    folder: string,
    description: RunDescription,
  ): Promise<SharedStore<C>> {
    const path = resolve(folder);
    if (!(await exists(manifestPath(path)))) await start(path, description);
    const manifest = await readManifest(path);
    requireSameRun(path, manifest, description);
    const store = new SharedStore<C>(path, manifest);
    await store.refresh();
    return store;
  }

  /** Whether the cell of this key is stored, as far as this process has read. */
  has(key: string): boolean {
    return this.#cells.has(key);
  }

  /** The cells read so far, each once, by key. */
  cells(): C[] {
    return [...this.#cells.values()].sort(byKey);
  }

  /** Lines that were damaged when they were read. */
  get damaged(): readonly DamagedLine[] {
    return this.#damaged;
  }

  /**
   * Reads what any process has stored since the last time.
   *
   * @throws NtkitError `ERR_STORE` when the results cannot be read.
   */
  async refresh(): Promise<void> {
    const read = this.#reading.then(async () => this.#readNew());
    this.#reading = read.catch(() => undefined);
    await read;
  }

  async #readNew(): Promise<void> {
    const { cells, damaged, position } = await readNewResults(this.folder, this.#position);
    this.#position = position;
    for (const cell of cells as C[]) this.#cells.set(cell.key, cell);
    if (damaged.length === 0) return;
    this.#damaged.push(...damaged);
    await quarantine(this.folder, this.#damaged);
  }

  /**
   * Stores a finished cell and waits until it is on the disk, with what happened beside it. Cells that are ready within a
   * tenth of a second share one write.
   *
   * @throws NtkitError `ERR_STORE` when the cell holds what JSON cannot, or the line cannot be written.
   */
  async append(cell: C, events: readonly RunEvent[] = []): Promise<void> {
    const line = encodeCell(cell);
    await new Promise<void>((stored, failed) => {
      this.#pending.push({ line, events, stored, failed });
      if (!this.#isFlushing) void this.#flush();
    });
    this.#cells.set(cell.key, cell);
  }

  /** Notes what happened: a log, which no result depends on and whose failure stops nothing. */
  async note(event: RunEvent): Promise<void> {
    await appendEvents(this.folder, [event]);
  }

  /**
   * Ends the run when every planned cell is stored: sorts the results by key, each once, so that the same run has the
   * same bytes whoever computed it and however often it was stopped.
   *
   * @returns whether it is complete.
   * @throws NtkitError `ERR_STORE` when the results cannot be read or written.
   */
  async complete(keys: readonly string[]): Promise<boolean> {
    await this.refresh();
    if (!keys.every((key) => this.has(key))) return false;
    if (await this.#isTidy(keys)) return true;
    // Another process that has the claim is doing just this.
    if (!(await this.claims.take(COMPLETION))) return true;
    await replaceResults(
      this.folder,
      keys.toSorted().map((key) => this.#lineOf(key)),
    );
    // Before the run is known as complete: whoever finds it so has nothing more to tidy up.
    await this.checkpoints.clear();
    const manifest: RunManifest = { ...this.#manifest, status: 'complete' };
    await writeManifest(this.folder, manifest);
    this.#manifest = manifest;
    await this.claims.clear();
    return true;
  }

  /** Whether the results have been sorted and nothing came after. */
  async #isTidy(keys: readonly string[]): Promise<boolean> {
    if ((await readManifest(this.folder)).status !== 'complete') return false;
    const bytes = keys.reduce((sum, key) => sum + Buffer.byteLength(this.#lineOf(key)), 0);
    return (await stat(resultsPath(this.folder))).size === bytes && this.#damaged.length === 0;
  }

  #lineOf(key: string): string {
    return encodeCell(this.#cells.get(key));
  }

  async #flush(): Promise<void> {
    this.#isFlushing = true;
    while (this.#pending.length > 0) {
      await sleep(Math.max(0, this.#flushedAt + COMPANY_MS - performance.now()));
      this.#flushedAt = performance.now();
      const batch = this.#pending;
      this.#pending = [];
      try {
        this.#passOver(await appendLines(this.folder, batch.map(({ line }) => line).join('')));
        await appendEvents(
          this.folder,
          batch.flatMap(({ events }) => events),
        );
        for (const { stored } of batch) stored();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.#isFlushing = false;
  }

  /** Own lines need not be read again. */
  #passOver(appended: Appended | undefined): void {
    const at = this.#position;
    if (appended === undefined || at === undefined) return;
    const { file, start, end } = appended;
    if (at.file === file && at.offset === start) this.#position = { file, offset: end };
  }
}

function byKey(a: KeyedCell, b: KeyedCell): number {
  return a.key < b.key ? -1 : 1;
}

/** Makes the folder with empty results, then the manifest: of several that start at once, the first one's stays. */
async function start(folder: string, description: RunDescription): Promise<void> {
  const missing = await missingFolders(folder);
  const text = manifestText(runningManifest(description));
  try {
    await makeFolders(missing);
    await createResults(folder);
    await createManifest(folder, text);
  } catch (cause) {
    await removeEmpty(missing);
    if (cause instanceof NtkitError) throw cause;
    const { message } = cause as Error;
    throw new NtkitError('ERR_STORE', `Cannot create a run in ${folder}: ${message}`, { cause });
  }
}

async function createResults(folder: string): Promise<void> {
  const file = await open(resultsPath(folder), 'a');
  try {
    const { size } = await file.stat();
    if (size > 0 && !(await exists(manifestPath(folder)))) {
      throw new NtkitError(
        'ERR_STORE',
        `Expected a folder without a run but ${folder} has ${resultsPath(folder)} and no manifest`,
      );
    }
  } finally {
    await file.close();
  }
}

async function createManifest(folder: string, text: string): Promise<void> {
  const part = `${manifestPath(folder)}.${randomUUID()}.part`;
  try {
    await writeFile(part, text, { flag: 'wx', flush: true });
    await link(part, manifestPath(folder));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(part, { force: true }).catch(() => undefined);
  }
}
