/** `ntkit reproduce`: the paper's tables and figures on real data, into a run folder with a report. */
import { join } from 'node:path';
import { Command, Option } from 'commander';
import type { ImageDataset } from '../data/dataset.js';
import { loadDataset } from '../data/registry.js';
import { presetNames, reproduceConfig, requireEnoughData } from '../experiments/config.js';
import { planReproduce } from '../experiments/plan.js';
import { problemShape, reproduce } from '../experiments/reproduce.js';
import type { Cell, MachineRecord, ReproduceConfig, RunRecord } from '../experiments/results.js';
import { Stopwatch } from '../experiments/stopwatch.js';
import { runtimeInfo, setThreads } from '../native/runtime.js';
import { createProgress, type Progress, type ProgressMode } from '../runs/progress.js';
import { createRun, type RunStore } from '../runs/run-folder.js';
import { integer, integers, positiveNumber, sharedOptions } from './arguments.js';
import { interruptible } from './interrupt.js';
import { loadRun, terminalReport, writeReport } from './run-report.js';

interface ReproduceOptions {
  readonly preset: string;
  readonly dataset: string;
  readonly data?: string;
  readonly offline?: boolean;
  readonly train?: number;
  readonly test?: number;
  readonly widths?: number[];
  readonly seeds?: number[];
  readonly epochs?: number;
  readonly eps?: number;
  readonly out?: string;
  readonly threads?: number;
  readonly progress: ProgressMode;
  readonly json?: boolean;
}

export function reproduceCommand(): Command {
  return new Command('reproduce')
    .description('Reproduce the tables and figures of arXiv 2603.13085 on real data')
    .addOption(
      new Option('--preset <name>', 'size of the run').choices(presetNames).default('quick'),
    )
    .addOption(sharedOptions.dataset())
    .addOption(sharedOptions.data())
    .addOption(sharedOptions.offline())
    .option('--train <count>', 'training points', integer(10))
    .option('--test <count>', 'test points', integer(1))
    .option('--widths <list>', 'hidden units, e.g. 16,64,256', integers(1))
    .option('--seeds <list>', 'seeds, e.g. 0,1,2', integers(0))
    .option('--epochs <count>', 'training epochs', integer(1))
    .option('--eps <radius>', 'attack radius as the reading states it', positiveNumber)
    .option('--out <folder>', 'run folder (default: runs/reproduce-<preset>-<time>)')
    .addOption(sharedOptions.threads())
    .addOption(sharedOptions.progress())
    .addOption(sharedOptions.json())
    .action(async (options: ReproduceOptions) => {
      await interruptible(async (signal) => runReproduce(options, signal));
    });
}

async function runReproduce(options: ReproduceOptions, signal: AbortSignal): Promise<void> {
  const startedAt = new Date().toISOString();
  const stopwatch = new Stopwatch();
  const config = configOf(options);
  if (options.threads !== undefined) setThreads(options.threads);
  const machine = machineRecord();
  const { data: folder, offline } = options;
  const dataset = await stopwatch.time('data', async () =>
    loadDataset(options.dataset, { folder, offline, signal }),
  );
  requireEnoughData(config, dataset);
  const store = await createRun<Cell>(options.out ?? defaultFolder(config, startedAt), {
    command: commandLine(),
    startedAt,
    config,
    dataHashes: dataset.hashes,
    machine,
  });
  process.stderr.write(`run folder ${store.folder}\n`);
  try {
    await runCells(dataset, config, store, { stopwatch, signal, mode: options.progress });
  } catch (error) {
    await conclude(store, 'incomplete', stopwatch);
    process.stderr.write(`incomplete: what was finished is in ${store.folder}\n`);
    throw error;
  }
  const { run, page } = await conclude(store, 'complete', stopwatch);
  process.stdout.write(options.json === true ? `${JSON.stringify(run)}\n` : terminalReport(run));
  process.stderr.write(`report ${page}\n`);
}

async function runCells(
  dataset: ImageDataset,
  config: ReproduceConfig,
  store: RunStore<Cell>,
  run: { stopwatch: Stopwatch; signal: AbortSignal; mode: ProgressMode },
): Promise<void> {
  const plan = planReproduce(config, problemShape(dataset, config));
  const progress: Progress = createProgress({
    mode: run.mode,
    stream: process.stderr,
    totalCost: plan.reduce((sum, { cost }) => sum + cost, 0),
  });
  progress.start(`reproduce ${config.preset}`);
  try {
    await reproduce(dataset, config, {
      append: async (cell) => store.append(cell),
      advance: (cost, finished) => {
        progress.advance(cost, finished);
      },
      stopwatch: run.stopwatch,
      signal: run.signal,
      concurrency: runtimeInfo().threads,
    });
  } finally {
    progress.finish();
  }
}

/** Records how the run ended and renders what there is. */
async function conclude(
  store: RunStore<Cell>,
  status: 'complete' | 'incomplete',
  stopwatch: Stopwatch,
): Promise<{ run: RunRecord; page: string }> {
  const timing = { stages: stopwatch.stages(), totalSeconds: stopwatch.totalSeconds() };
  await store.setStatus(status, timing);
  const run = await loadRun(store.folder);
  return { run, page: await writeReport(store.folder, run) };
}

function configOf(options: ReproduceOptions): ReproduceConfig {
  const { preset, dataset, train, test, widths, seeds, epochs, eps } = options;
  return reproduceConfig(preset, {
    dataset,
    ...(train === undefined ? {} : { trainCount: train }),
    ...(test === undefined ? {} : { testCount: test }),
    ...(widths === undefined ? {} : { widths, influenceWidth: Math.max(...widths) }),
    ...(seeds === undefined ? {} : { seeds }),
    ...(epochs === undefined ? {} : { epochs }),
    ...(eps === undefined ? {} : { eps }),
  });
}

function machineRecord(): MachineRecord {
  const { version, blas, core, isa, threads } = runtimeInfo();
  const platform = `${process.platform}-${process.arch}`;
  return { package: version, node: process.versions.node, platform, blas, core, isa, threads };
}

function commandLine(): string {
  return ['ntkit', ...process.argv.slice(2)].join(' ');
}

function defaultFolder({ preset }: ReproduceConfig, startedAt: string): string {
  const time = startedAt.slice(0, 19).replaceAll(':', '').replace('T', '-');
  return join('runs', `reproduce-${preset}-${time}`);
}
