/** The program of a worker's child: computes the cells of one job after another for its parent. */
import { numericsVersion } from '../../experiments/cell-key.js';
import { runtimeInfo, setThreads } from '../../native/runtime.js';
import type { PlannedCell } from '../cells.js';
import type { SweepData } from '../data/sweep-data.js';
import { memoryHost } from '../hosts.js';
import { memoryFor, refusal } from '../prepare.js';
import { runCells, type CellFailure } from '../run-cells.js';
import { memoryAlone } from '../scheduler.js';
import { USUAL_SPEED } from '../speed.js';
import type { ComputeSettings, FromChild, ToChild } from './compute-process.js';
import { WorkerData } from './worker-data.js';
import { cellsOf, parseJob, type SweepJob } from './job.js';
import type { ToldFailure } from './outcome.js';

let settings: ComputeSettings = { folders: [] };
let data = new WorkerData(settings);

// A parent that was killed says nothing: its end of the channel closes.
process.on('disconnect', () => {
  process.exit(0);
});
// Ctrl-C reaches the whole group of processes; when this one ends is its parent's to say.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);

process.on('message', (message: ToChild) => {
  if (message.kind === 'start') {
    ({ settings } = message);
    data = new WorkerData(settings);
    if (settings.threads !== undefined) setThreads(settings.threads);
    return;
  }
  void answer(message.job);
});

async function answer(job: SweepJob): Promise<void> {
  try {
    const failures = await compute(parseJob(job));
    tell({ kind: 'done', failures: failures.map(told) });
  } catch (error) {
    tell({ kind: 'broken', message: (error as Error).message });
  }
}

async function compute(job: SweepJob): Promise<CellFailure[]> {
  const set = await data.load(job);
  const cells = cellsOf(job, set, numericsVersion(runtimeInfo()));
  const memory = memoryFor(settings.memoryBudget);
  const fits = (cell: PlannedCell): boolean => memoryAlone(cell) <= memory;
  const refused = cells.filter((cell) => !fits(cell));
  const host = {
    ...memoryHost(undefined),
    store: async (_cell: PlannedCell, cell: Parameters<typeof tellCell>[0]): Promise<void> => {
      tellCell(cell);
      return Promise.resolve();
    },
  };
  const sets = new Map<string, SweepData>([[set.name, set]]);
  const failures = await runCells(cells.filter(fits), sets, host, {
    concurrency: runtimeInfo().threads,
    memory,
    weigh: USUAL_SPEED,
    signal: new AbortController().signal,
  });
  return [...refused.map((cell) => ({ cell, error: refusal(cell, memory) })), ...failures];
}

function told({ cell, error }: CellFailure): ToldFailure {
  return { key: cell.key, code: error.code, message: error.message };
}

function tellCell(cell: Extract<FromChild, { kind: 'cell' }>['cell']): void {
  tell({ kind: 'cell', cell });
}

function tell(message: FromChild): void {
  process.send?.(message);
}
