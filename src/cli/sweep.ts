/** `ntkit sweep` and `ntkit plan`: any grid of cells, before and while it runs. */
import { basename, extname, join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { NtkitError } from '../errors.js';
import { runtimeInfo, setThreads } from '../native/runtime.js';
import type { ProgressMode } from '../runs/progress.js';
import { createProgress } from '../runs/progress.js';
import { calibrate } from '../sweeps/calibration.js';
import { readConfigFile } from '../sweeps/config/config-file.js';
import { planSweep } from '../sweeps/plan-sweep.js';
import { prepareSweep, type PreparedSweep } from '../sweeps/prepare.js';
import { failureTable, planText, sweepSummary } from '../sweeps/report/text.js';
import { runPrepared, shardOf } from '../sweeps/run-prepared.js';
import type { Shard, SweepOutcome } from '../sweeps/run-sweep.js';
import { chargedCosts } from '../sweeps/scheduler.js';
import { sbatchScript } from '../sweeps/slurm.js';
import { USUAL_SPEED, speedOf } from '../sweeps/speed.js';
import { integer, memoryOption, sharedOptions } from './arguments.js';
import { EXIT } from './exit.js';
import { examples } from './help.js';
import { drainable, interruptible } from './interrupt.js';

interface CommonOptions {
  readonly offline?: boolean;
  readonly threads?: number;
  readonly memory?: number;
  readonly json?: boolean;
}

interface SweepOptions extends CommonOptions {
  readonly out?: string;
  readonly shard?: Shard;
  readonly queue?: string;
  readonly progress: ProgressMode;
}

interface PlanOptions extends CommonOptions {
  readonly sbatch?: number;
  readonly out?: string;
}

export function sweepCommand(): Command {
  return new Command('sweep')
    .description('Run every cell of a grid, into a run folder that can be gone on with')
    .argument('<config>', 'sweep.yaml, .json, .ts or .js')
    .option(
      '--out <folder>',
      'run folder, new or to go on with (default: runs/<name of the config>)',
    )
    .addOption(new Option('--shard <i/N>', 'only the i-th of N parts, from 0').argParser(shard))
    .addOption(
      new Option('--queue <url>', 'have workers on redis://... compute the cells').conflicts(
        'shard',
      ),
    )
    .addOption(sharedOptions.offline())
    .addOption(sharedOptions.threads())
    .addOption(memoryOption())
    .addOption(sharedOptions.progress())
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      examples('ntkit sweep sweep.yaml', 'ntkit sweep sweep.yaml --shard 0/8 --out runs/widths'),
    )
    .action(async (config: string, options: SweepOptions) => {
      await drainable(async (drain, stop) => sweep(config, options, drain, stop));
    });
}

export function planCommand(): Command {
  return new Command('plan')
    .description('Show what a sweep will take before it runs: cells, shared work, time, memory')
    .argument('<config>', 'sweep.yaml, .json, .ts or .js')
    .addOption(
      new Option(
        '--sbatch <count>',
        'print a Slurm script that runs the sweep as an array of so many',
      ).argParser(integer(1, 100_000)),
    )
    .option('--out <folder>', "the array's run folder (default: runs/<name of the config>)")
    .addOption(sharedOptions.offline())
    .addOption(sharedOptions.threads())
    .addOption(memoryOption())
    .addOption(sharedOptions.json())
    .addHelpText('after', examples('ntkit plan sweep.yaml', 'ntkit plan sweep.yaml --sbatch 8'))
    .action(async (config: string, options: PlanOptions) => {
      await interruptible(async (signal) => plan(config, options, signal));
    });
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
  const command = ['ntkit', ...process.argv.slice(2)].join(' ');
  const { shard: part, queue: redis } = options;
  const outcome = await watched(prepared, options, async (onCell) => {
    if (redis === undefined) {
      return runPrepared(prepared, { out, shard: part, signal: stop, drain, onCell, command });
    }
    // It computes nothing itself: to stop now and to stop are the same.
    // BullMQ takes time to load, which sweeps without a queue should not pay.
    const { submitSweep } = await import('../sweeps/queue/submit.js');
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

function shard(text: string): Shard {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || !(index < count)) {
    throw new InvalidArgumentError('Expected i/N with i from 0 to N - 1.');
  }
  return { index, count };
}
