/** Reading a run folder, finished or not. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomic } from '../data/files.js';
import { readManifest, type RunManifest, type RunStatus } from './manifest.js';
import { isAlive } from './process-identity.js';
import { readResults, type DamagedLine, type Results } from './results-file.js';

/** A run as its folder tells it. */
export interface StoredRun extends Results {
  readonly manifest: RunManifest;
  /** The manifest's status; `incomplete` also when its process is gone without having ended the run. */
  readonly status: RunStatus;
}

const QUARANTINE_FILE = 'results.damaged.jsonl';
const NEWLINE = Buffer.from('\n');

/**
 * Reads a run. Damaged lines are never among the cells: they are returned apart and copied to
 * `results.damaged.jsonl` beside the results, which stay as they are.
 *
 * @returns the manifest, and cells as they were appended; their type is the writer's to know.
 * @throws NtkitError `ERR_STORE` when the folder holds no run that can be read.
 */
export async function readRun(folder: string): Promise<StoredRun> {
  const manifest = await readManifest(folder);
  const status = currentStatus(manifest);
  const { cells, damaged } = await readResults(folder, status === 'running');
  if (damaged.length > 0) await quarantine(folder, damaged);
  return { manifest, status, cells, damaged };
}

/** Keeps damaged lines apart. A disk that cannot be written must not keep a run from being read. */
export async function quarantine(folder: string, damaged: readonly DamagedLine[]): Promise<void> {
  const content = Buffer.concat(damaged.flatMap(({ bytes }) => [bytes, NEWLINE]));
  await writeFileAtomic(join(folder, QUARANTINE_FILE), content).catch(() => undefined);
}

function currentStatus({ status, host, pid }: RunManifest): RunStatus {
  return status === 'running' && host === hostname() && !isAlive(pid) ? 'incomplete' : status;
}
