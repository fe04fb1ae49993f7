/** Which process holds something, so that another one can tell later whether it still runs. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';

/** A process, unmistakably. What a system does not tell is null. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** Changes whenever the machine starts. */
  readonly boot: string | null;
  /** The space in which pids are counted: another container of the same host name has another one. */
  readonly space: string | null;
  /** When the process started, in the kernel's ticks: a pid that is given again has another one. */
  readonly started: string | null;
}

export const PROCESS_IDENTITY: z.ZodType<ProcessIdentity> = z.strictObject({
  host: z.string(),
  pid: z.int().positive(),
  boot: z.string().nullable(),
  space: z.string().nullable(),
  started: z.string().nullable(),
});

/** `alive`, `gone`, or `elsewhere`: on a machine or in a container from which it cannot be seen. */
export type ProcessState = 'alive' | 'gone' | 'elsewhere';

/** This process. */
export function thisProcess(): ProcessIdentity {
  return {
    host: hostname(),
    pid: process.pid,
    boot: readOrNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    space: readOrNull(() => readlinkSync('/proc/self/ns/pid')),
    started: startOf(process.pid),
  };
}

/** What `observer` can tell of another process. */
export function processState(other: ProcessIdentity, observer: ProcessIdentity): ProcessState {
  if (other.host !== observer.host) return 'elsewhere';
  if (other.boot !== observer.boot) return 'gone';
  if (other.space !== observer.space) return 'elsewhere';
  return isAlive(other.pid) && startOf(other.pid) === other.started ? 'alive' : 'gone';
}

/** Whether a process of this pid exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of `/proc/<pid>/stat`, counted after the name, which may itself hold spaces and brackets. */
function startOf(pid: number): string | null {
  return readOrNull(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended: nothing of it runs any more.
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  });
}

function readOrNull(read: () => string | null): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
