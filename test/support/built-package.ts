/** The package as `tsc` builds it: what worker threads and child processes of the tests import. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));

const ENTRY = join(ROOT, 'dist/index.js');
const LOCK = join(ROOT, 'build/test-build.lock');
/** A build takes seconds; a lock this old was left behind. */
const STALE_LOCK_MS = 120_000;

/** Builds `dist` when a source is newer than it. Test files run side by side: one of them builds. */
export function ensureBuilt(): void {
  while (isLocked() || !isCurrent()) {
    if (!takeLock()) {
      sleep(100);
      continue;
    }
    try {
      if (!isCurrent()) build();
    } finally {
      rmSync(LOCK, { recursive: true });
    }
  }
}

function isCurrent(): boolean {
  const built = statSync(ENTRY, { throwIfNoEntry: false });
  return built !== undefined && built.mtimeMs >= newestSource();
}

function newestSource(): number {
  const folder = join(ROOT, 'src');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Math.max(
    ...names
      .filter((name) => name.endsWith('.ts'))
      .map((name) => statSync(join(folder, name)).mtimeMs),
  );
}

function build(): void {
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`tsc failed:\n${stdout}`);
}

function takeLock(): boolean {
  if (lockAge() > STALE_LOCK_MS) rmSync(LOCK, { recursive: true, force: true });
  try {
    mkdirSync(LOCK);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isLocked(): boolean {
  return lockAge() >= 0;
}

/** Milliseconds since the lock was taken; -1 when nobody holds it. */
function lockAge(): number {
  const lock = statSync(LOCK, { throwIfNoEntry: false });
  return lock === undefined ? -1 : Math.max(0, Date.now() - lock.mtimeMs);
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
