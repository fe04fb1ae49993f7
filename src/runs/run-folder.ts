/** Writing a run folder: `manifest.json` (what was asked) and `results.jsonl` (what came out, cell by cell). */
import { open, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { NtkitError } from '../errors.js';
import { exists, makeFolders, missingFolders, removeEmpty } from './folders.js';
import {
  manifestPath,
  runningManifest,
  writeManifest,
  type RunDescription,
  type RunManifest,
  type RunStatus,
  type RunTiming,
} from './manifest.js';
import { readRun, type StoredRun } from './read-run.js';
import { appendLines, encodeCell, resultsPath } from './results-file.js';
import { requireSameRun } from './same-run.js';

/**
 * The writing end of a run, for cells of type C. Calls may overlap: they take effect one after another, in
 * the order they were made.
 */
export class RunStore<C> {
  /** Absolute path of the run folder. */
  readonly folder: string;
  #manifest: RunManifest;
  #last: Promise<void> = Promise.resolve();

  /** Use {@link createRun}. */
  constructor(folder: string, manifest: RunManifest) {
    this.folder = folder;
    this.#manifest = manifest;
  }

  /**
   * Appends one finished cell and waits until it is on the disk.
   *
   * @throws NtkitError `ERR_STORE` when the cell holds NaN, an infinity or anything else that JSON cannot
   * hold (nothing is written then), or when the line cannot be written.
   */
  async append(cell: C): Promise<void> {
    const line = encodeCell(cell);
    await this.#afterLast(async () => {
      await appendLines(this.folder, line);
    });
  }

  /**
   * Records how the run ended, and where its time went when that is known.
   *
   * @throws NtkitError `ERR_STORE` when the manifest cannot be written.
   */
  async setStatus(status: Exclude<RunStatus, 'running'>, timing?: RunTiming): Promise<void> {
    await this.#afterLast(async () => {
      const manifest = { ...this.#manifest, status, timing: timing ?? this.#manifest.timing };
      await writeManifest(this.folder, manifest);
      this.#manifest = manifest;
    });
  }

  #afterLast(write: () => Promise<void>): Promise<void> {
    const done = this.#last.then(write);
    // A failed write is reported to its own caller; the next one starts afresh.
    this.#last = done.catch(() => undefined);
    return done;
  }
}

/**
 * Starts a run in a folder, which is made when it does not exist and must not hold a run already. When this
 * fails, nothing is left behind.
 *
 * @throws NtkitError `ERR_STORE` when the folder holds a run, cannot be made or cannot be written, or the
 * description holds what JSON cannot.
 */
export async function createRun<C>(
  folder: string,
  description: RunDescription,
): Promise<RunStore<C>> {
  const path = resolve(folder);
  const manifest = runningManifest(description);
  const missing = await missingFolders(path);
  try {
    await makeFolders(missing);
    await claim(path);
  } catch (cause) {
    await removeEmpty(missing);
    if (cause instanceof NtkitError) throw cause;
    const { message } = cause as Error;
    throw new NtkitError('ERR_STORE', `Cannot create a run in ${path}: ${message}`, { cause });
  }
  try {
    await writeManifest(path, manifest);
  } catch (error) {
    await rm(resultsPath(path), { force: true });
    await removeEmpty(missing);
    throw error;
  }
  return new RunStore<C>(path, manifest);
}

/** A run that goes on, with what it has. */
export interface ResumedRun<C> extends Pick<StoredRun, 'cells' | 'damaged'> {
  readonly store: RunStore<C>;
  /** Of its earlier sessions; null when the last of them was killed before it could say. */
  readonly timing: RunTiming | null;
}

/** Whether a folder holds a run, of whatever status. */
export async function holdsRun(folder: string): Promise<boolean> {
  return exists(manifestPath(resolve(folder)));
}

/**
 * Goes on with an incomplete run. It keeps its start and its command; damaged lines are never among its cells.
 *
 * @param description - what this process was asked to do: config, data and numerics must be the run's.
 * @throws NtkitError `ERR_STORE` naming the reason when the run is complete, is still written by another process or is
 * another run; when the folder holds no run that can be read or written.
 */
export async function resumeRun<C>(
  folder: string,
  description: RunDescription,
): Promise<ResumedRun<C>> {
  const path = resolve(folder);
  const { manifest, status, cells, damaged } = await readRun(path);
  if (status === 'complete') throw alreadyThere(path, 'a complete one');
  if (status === 'running') throw alreadyThere(path, `one that process ${manifest.pid} writes`);
  requireSameRun(path, manifest, description);
  const { command, startedAt } = manifest;
  const { timing } = manifest;
  const resumed = { ...runningManifest({ ...description, command, startedAt }), timing };
  await writeManifest(path, resumed);
  return { store: new RunStore<C>(path, resumed), cells, damaged, timing };
}

/** Takes the folder for this run: of several processes, one creates the results file. */
async function claim(folder: string): Promise<void> {
  for (const path of [manifestPath(folder), resultsPath(folder)]) {
    if (await exists(path)) throw alreadyThere(folder, path);
  }
  const path = resultsPath(folder);
  const file = await open(path, 'wx').catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? alreadyThere(folder, path) : error;
  });
  await file.close();
}

function alreadyThere(folder: string, what: string): NtkitError {
  return new NtkitError('ERR_STORE', `Expected a folder without a run but ${folder} has ${what}`);
}
