/** Peak memory: how far a call raises the resident set of a process in which nothing else happens. */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const STATUS = '/proc/self/status';
/** What is not the operation's own: a page table, stacks, V8's heap, the part of BLAS's buffers not touched before. */
export const ALLOWANCE_BYTES = 16 * 2 ** 20;

/** Lets the peak start again from what is resident now. Elsewhere than on Linux it stays the highest ever. */
function resetPeak() {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // No such file, or no right to it: the process has just started, its peak is near.
  }
}

function resident(key) {
  try {
    const line = readFileSync(STATUS, 'utf8').match(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm'));
    return 1024 * Number(line[1]);
  } catch {
    return 1024 * process.resourceUsage().maxRSS;
  }
}

/** Bytes by which `run` raised the peak above what was resident before. */
export async function peakGrowth(run) {
  resetPeak();
  const before = resident('VmRSS');
  await run();
  return resident('VmHWM') - before;
}

/**
 * Bytes that the binding estimates for an operation: it names them when it refuses a budget of one byte.
 *
 * @param run - the operation, taking options.
 */
export async function estimateOf(run) {
  try {
    await run({ memoryBudget: 1 });
  } catch (error) {
    const bytes = /needs (\d+) bytes/.exec(error.message);
    if (bytes !== null) return Number(bytes[1]);
    throw error;
  }
  throw new Error('Expected the operation to refuse a budget of one byte but it ran');
}

/** Measures one case in a process of its own: `{ seconds, peak, bound }`. */
export async function measureAlone(kernel, size, { threads, repeats }) {
  const script = join(import.meta.dirname, '../alone.mjs');
  const args = [script, kernel, JSON.stringify(size), String(threads), String(repeats)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) {
    child[stream].on('data', (chunk) => {
      output[stream] += chunk;
    });
  }
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`${kernel} alone: ${output.stderr.trim()}`);
  return JSON.parse(output.stdout);
}
