/** A control group of a test's own, which only root may make and only where the system lets it. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pause } from './kills.js';
import { endOf, type Ended } from './child.js';

const ROOT = '/sys/fs/cgroup';

/** A program that takes longer hangs. */
const DEADLINE_MS = 120_000;

/** Folder and file of the limit: of version 1's hierarchy for memory, or of version 2. */
function placeFor(name: string): { readonly folder: string; readonly limit: string } {
  const own = /^\d+:memory:(?<path>.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'));
  const parent = join(ROOT, 'memory', own?.groups?.['path'] ?? '');
  return own !== null && existsSync(parent)
    ? { folder: join(parent, name), limit: 'memory.limit_in_bytes' }
    : { folder: join(ROOT, name), limit: 'memory.max' };
}

/** A group whose processes may take so many bytes together. */
export class MemoryGroup {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @returns why there is none, where there is none. */
  static create(bytes: number): MemoryGroup | string {
    const { folder, limit } = placeFor(`ntkit-test-${process.pid}`);
    try {
      mkdirSync(folder);
    } catch (error) {
      return String(error);
    }
    try {
      writeFileSync(join(folder, limit), String(bytes));
    } catch (error) {
      rmdirSync(folder);
      return String(error);
    }
    return new MemoryGroup(folder);
  }

  /** Runs `node <script>` in the group to its end. */
  async run(script: string): Promise<Ended> {
    const inGroup = 'echo $$ > "$1/cgroup.procs" && exec "$2" "$3"';
    const child = spawn('sh', ['-c', inGroup, 'sh', this.#folder, process.execPath, script], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: DEADLINE_MS,
      killSignal: 'SIGKILL',
    });
    return endOf(child);
  }

  /** The system lets go of a group a moment after its last process. */
  async remove(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        rmdirSync(this.#folder);
        return;
      } catch (error) {
        if (attempt === 50) throw error;
        await pause(20);
      }
    }
  }
}
