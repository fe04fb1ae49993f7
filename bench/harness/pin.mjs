/** Threads stay on as many cores as there are of them, ours and the peers' alike. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';

/**
 * Confines this process, and those it starts later, to the first `threads` of the cores that it may use; call it
 * before the native pool has threads.
 *
 * @returns the cores in words, for the report.
 */
export function pinToCores(threads) {
  const allowed = allowedCores();
  if (allowed === undefined) return 'as the system chooses (no /proc to pin by)';
  if (allowed.length <= threads) return allowed.join(', ');
  const chosen = allowed.slice(0, threads).join(',');
  const { status } = spawnSync('taskset', ['-a', '-c', '-p', chosen, String(process.pid)]);
  return status === 0 ? chosen : `as the system chooses among ${allowed.length} (no taskset)`;
}

/** `0-3,8` as numbers. */
export function parseCores(list) {
  return list.split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

function allowedCores() {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    return parseCores(/^Cpus_allowed_list:\s+(\S+)/m.exec(status)[1]);
  } catch {
    return undefined;
  }
}
