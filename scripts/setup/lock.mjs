/**
 * One set-up at a time in one working tree.
 *
 * The lock is a folder that holds one file, named after its owner's process id. Each change of hands is
 * one rename, so no two processes can both succeed: a new lock is prepared aside and renamed into place,
 * which fails while a held lock stands there; a dead owner's file is renamed to the new owner's.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MILLISECONDS = 200;

/**
 * Runs `work` while holding the lock, waiting for it first.
 *
 * @param options `signal` ends the wait; `onWait(pid)` is called once when another process holds it.
 */
export async function withLock(folder, work, { signal, onWait } = {}) {
  await acquire(folder, signal, onWait);
  try {
    return await work();
  } finally {
    release(folder);
  }
}

async function acquire(folder, signal, onWait) {
  mkdirSync(dirname(folder), { recursive: true });
  let told = false;
  while (!create(folder)) {
    const owner = ownerOf(folder);
    if (owner !== undefined && !isHeldElsewhere(owner)) {
      if (takeOver(folder, owner)) return;
    } else if (!told) {
      onWait?.(owner);
      told = true;
    }
    await sleep(POLL_MILLISECONDS, undefined, { signal });
  }
}

function create(folder) {
  const draft = `${folder}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  writeFileSync(join(draft, String(process.pid)), '');
  try {
    renameSync(draft, folder);
    return true;
  } catch (error) {
    rmSync(draft, { recursive: true });
    if (['ENOTEMPTY', 'EEXIST'].includes(error.code)) return false;
    throw error;
  }
}

/** The process id in the lock, or `undefined` when the lock was given back meanwhile. */
function ownerOf(folder) {
  try {
    const name = readdirSync(folder).find((entry) => /^\d+$/.test(entry));
    return name === undefined ? undefined : Number(name);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A lock with this process's own id was left by an earlier process of the same id. */
function isHeldElsewhere(pid) {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function takeOver(folder, deadOwner) {
  try {
    renameSync(join(folder, String(deadOwner)), join(folder, String(process.pid)));
    return true;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

function release(folder) {
  rmSync(join(folder, String(process.pid)), { force: true });
  try {
    rmdirSync(folder);
  } catch (error) {
    // Between the two lines another process may already have put its lock in the empty folder's place.
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(error.code)) throw error;
  }
}
