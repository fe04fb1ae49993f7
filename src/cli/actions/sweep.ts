/** What `ntkit sweep` and `ntkit plan` do. */
import { basename, extname, join } from 'node:path';
import { NtkitError } from '../../errors.js';
import { runtimeInfo, setThreads } from '../../native/runtime.js';
import { createProgress } from '../../runs/progress.js';
import { calibrate } from '../../sweeps/calibration.js';
import { readConfigFile } from '../../sweeps/config/config-file.js';
import { planSweep } from '../../sweeps/plan-sweep.js';
import { prepareSweep, type PreparedSweep } from '../../sweeps/prepare.js';
import { failureTable, planText, sweepSummary } from '../../sweeps/report/text.js';
import { runPrepared, shardOf } from '../../sweeps/run-prepared.js';
import type { SweepOutcome } from '../../sweeps/run-sweep.js';
import { chargedCosts } from '../../sweeps/scheduler.js';
import { sbatchScript } from '../../sweeps/slurm.js';
import { USUAL_SPEED, speedOf } from '../../sweeps/speed.js';
import { EXIT } from '../exit.js';
import { drainable, interruptible } from '../interrupt.js';
import type { CommonOptions, PlanOptions, SweepOptions } from '../sweep.js';
import { commandLine } from './command-line.js';

export async function runPlan(file: string, options: PlanOptions): Promise<void> {
  await interruptible(async (signal) => plan(file, options, signal));
}

export async function runSweep(file: string, options: SweepOptions): Promise<void> {
  await drainable(async (drain, stop) => sweep(file, options, drain, stop));
}

async function plan(file: string, options: PlanOptions, signal: AbortSignal): Promise<void> {
  const prepared = await prepare(file, options, signal);
  const { threads } = runtimeInfo();
  const timings = await calibrate(prepared.cells, prepared.data, threads, signal);
  const planned = planSweep(prepared, speedOf(timings), threads);
  if (options.sbatch !== undefined) {
    const out = options.out ?? defaultFolder(file);
    process.stdout.write(sbatchScript(planned, { config: file, out, count: options.sbatch }));
    process.stderr.write(planText(planned));
  } else {
    process.stdout.write(
      options.json === true ? `${JSON.stringify(planned)}\n` : planText(planned),
    );
  }
  const [first] = planned.refused;
  if (first === undefined) return;
  throw new NtkitError(
    'ERR_MEMORY_BUDGET',
    `Expected cells within ${planned.memoryBudget} bytes but ${planned.refused.length} take more, among them ${first.label}`,
  );
}

async function sweep(
  file: string,
  options: SweepOptions,
  drain: AbortSignal,
  stop: AbortSignal,
): Promise<void> {
  const prepared = await prepare(file, options, stop);
  const out = options.out ?? defaultFolder(file);
  const command = commandLine();
  const { shard: part, queue: redis } = options;
  const outcome = await watched(prepared, options, async (onCell) => {
    if (redis === undefined) {
      return runPrepared(prepared, { out, shard: part, signal: stop, drain, onCell, command });
    }
    // It computes nothing itself: to stop now and to stop are the same.
    // BullMQ takes time to load, which sweeps without a queue should not pay.
    const { submitSweep } = await import('../../sweeps/queue/submit.js');
    return submitSweep(prepared, { redis, out, drain, onCell, command, report: say });
  });
  conclude(prepared, outcome, options, drain.aborted);
}

async function prepare(
  file: string,
  options: CommonOptions,
  signal: AbortSignal,
): Promise<PreparedSweep> {
  const { content, path, locate } = await readConfigFile(file);
  if (options.threads !== undefined) setThreads(options.threads);
  const { offline, memory: memoryBudget } = options;
  return locate(async () =>
    prepareSweep(content, { configPath: path, offline, memoryBudget, signal }),
  );
}

/** Runs with a display of the cells that end. */
async function watched(
  { cells }: PreparedSweep,
  { progress: mode, shard: part }: SweepOptions,
  run: (onCell: NonNullable<Parameters<typeof runPrepared>[1]['onCell']>) => Promise<SweepOutcome>,
): Promise<SweepOutcome> {
  const mine = shardOf(cells, part);
  const costs = chargedCosts(mine, USUAL_SPEED);
  const totalCost = [...costs.values()].reduce((sum, cost) => sum + cost, 0);
  const progress = createProgress({ mode, stream: process.stderr, totalCost });
  const waiting = new Set(mine);
  const end = (cell: (typeof mine)[number], name?: string): void => {
    if (waiting.delete(cell)) progress.advance(costs.get(cell) ?? 0, name);
  };
  progress.start(`sweep of ${mine.length} cells`);
  try {
    return await run(({ cell, outcome }) => {
      end(cell, outcome === 'computed' ? cell.label : `${cell.label} (${outcome})`);
    });
  } finally {
    progress.finish();
  }
}

/** Prints what came out; a sweep that is not whole fails. */
function conclude(
  prepared: PreparedSweep,
  outcome: SweepOutcome,
  { json, shard: part }: SweepOptions,
  drained: boolean,
): void {
  const { cells, failures, complete, planned, folder } = outcome;
  process.stdout.write(
    json === true
      ? `${JSON.stringify({ folder, planned, complete, cells })}\n`
      : sweepSummary(prepared.config.name, cells),
  );
  process.stderr.write(`run folder ${folder ?? ''}: ${cells.length} of ${planned} cells\n`);
  if (failures.length > 0) {
    process.stderr.write(failureTable(failures));
    throw new NtkitError('ERR_SWEEP', `${failures.length} of ${planned} cells failed`);
  }
  if (complete || (part !== undefined && !drained)) return;
  process.stderr.write('incomplete: the same command goes on with it\n');
  process.exitCode = drained ? EXIT.interrupted : EXIT.failed;
}

function say(message: string): void {
  process.stderr.write(`${message}\n`);
}

function defaultFolder(file: string): string {
  return join('runs', basename(file, extname(file)));
}
