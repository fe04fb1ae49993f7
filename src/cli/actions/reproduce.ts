/** What `ntkit reproduce` does. */
import { join } from 'node:path';
import type { ImageDataset } from '../../data/dataset.js';
import { knownShape, loadDataset, type DatasetShape } from '../../data/registry.js';
import { numericsVersion } from '../../experiments/cell-key.js';
import { reproduceConfig, requireEnoughData } from '../../experiments/config.js';
import {
  planDataset,
  plannedParts,
  schedule,
  totalCost,
  type PlannedWork,
} from '../../experiments/plan.js';
import { keyedWorks, reproduce, type KeyedWork } from '../../experiments/reproduce.js';
import type { Cell, MachineRecord, ReproduceConfig, RunRecord } from '../../experiments/results.js';
import { Stopwatch } from '../../experiments/stopwatch.js';
import { runtimeInfo, setThreads } from '../../native/runtime.js';
import type { RunDescription, RunTiming } from '../../runs/manifest.js';
import { createProgress, type Progress, type ProgressMode } from '../../runs/progress.js';
import { createRun, holdsRun, resumeRun, type RunStore } from '../../runs/run-folder.js';
import { interruptible } from '../interrupt.js';
import type { ReproduceOptions } from '../reproduce.js';
import { commandLine } from './command-line.js';
import { planJson, planText } from './plan-text.js';
import { loadRun, terminalReport, writeReport } from './run-report.js';

export async function runReproduce(options: ReproduceOptions): Promise<void> {
  await interruptible(async (signal) =>
    options.plan === true ? printPlan(options, signal) : run(options, signal),
  );
}

async function run(options: ReproduceOptions, signal: AbortSignal): Promise<void> {
  const startedAt = new Date().toISOString();
  const config = configOf(options);
  if (options.threads !== undefined) setThreads(options.threads);
  const datasets = await loadDatasets(config, options, signal);
  const numerics = numericsVersion(runtimeInfo());
  const planned = keyedWorks(datasets, config, numerics);
  const out = options.out ?? defaultFolder(config, startedAt);
  const { store, done, timing } = await openRun(out, {
    command: commandLine(),
    startedAt,
    config,
    dataHashes: hashesOf(datasets),
    numerics,
    planned: plannedParts(planned),
    machine: machineRecord(),
  });
  const works = planned.filter(({ key }) => !done.has(key));
  const resumed = done.size === 0 ? '' : `, resumed with ${done.size} cells`;
  process.stderr.write(`run folder ${store.folder}${resumed}\n`);
  process.stderr.write(await planText(works, signal));
  const stopwatch = new Stopwatch(timing ?? undefined);
  try {
    await runWorks(datasets, config, works, store, { stopwatch, signal, mode: options.progress });
  } catch (error) {
    await conclude(store, 'incomplete', stopwatch);
    process.stderr.write(`incomplete: what was finished is in ${store.folder}\n`);
    throw error;
  }
  const { record, page } = await conclude(store, 'complete', stopwatch);
  process.stdout.write(
    options.json === true ? `${JSON.stringify(record)}\n` : terminalReport(record),
  );
  process.stderr.write(`report ${page}\n`);
}

/** The plan of a whole run, of data sets that need not be on this machine. */
async function printPlan(options: ReproduceOptions, signal: AbortSignal): Promise<void> {
  const config = configOf(options);
  if (options.threads !== undefined) setThreads(options.threads);
  const works: PlannedWork[] = [];
  for (const name of config.datasets) {
    const { inputs: d, classes } = knownShape(name) ?? (await shapeOf(name, options, signal));
    const shape = { n: config.trainCount, q: config.testCount, d, classes };
    works.push(...schedule(planDataset(config, name, shape)));
  }
  const print = options.json === true ? planJson : planText;
  process.stdout.write(await print(works, signal));
}

async function shapeOf(
  name: string,
  { data: folder, offline }: ReproduceOptions,
  signal: AbortSignal,
): Promise<DatasetShape> {
  const { train, classes } = await loadDataset(name, { folder, offline, signal });
  return { inputs: train.width * train.height * train.channels, classes: classes.length };
}

async function loadDatasets(
  config: ReproduceConfig,
  { data: folder, offline }: ReproduceOptions,
  signal: AbortSignal,
): Promise<ImageDataset[]> {
  const datasets: ImageDataset[] = [];
  for (const name of config.datasets) {
    const dataset = await loadDataset(name, { folder, offline, signal });
    requireEnoughData(config, dataset);
    datasets.push({ ...dataset, name });
  }
  return datasets;
}

function hashesOf(datasets: readonly ImageDataset[]): Record<string, string> {
  return Object.fromEntries(
    datasets.flatMap(({ name, hashes }) =>
      Object.entries(hashes).map(([file, hash]) => [`${name}/${file}`, hash]),
    ),
  );
}

/** A new run, or the incomplete one that the folder has, with the keys of its finished cells. */
async function openRun(
  folder: string,
  description: RunDescription,
): Promise<{ store: RunStore<Cell>; done: ReadonlySet<string>; timing: RunTiming | null }> {
  if (!(await holdsRun(folder))) {
    return { store: await createRun<Cell>(folder, description), done: new Set(), timing: null };
  }
  const { store, cells, timing } = await resumeRun<Cell>(folder, description);
  return { store, done: new Set((cells as Cell[]).map(({ key }) => key)), timing };
}

async function runWorks(
  datasets: readonly ImageDataset[],
  config: ReproduceConfig,
  works: readonly KeyedWork[],
  store: RunStore<Cell>,
  run: { stopwatch: Stopwatch; signal: AbortSignal; mode: ProgressMode },
): Promise<void> {
  const progress: Progress = createProgress({
    mode: run.mode,
    stream: process.stderr,
    totalCost: totalCost(works),
  });
  progress.start(`reproduce ${config.preset}`);
  try {
    await reproduce(datasets, config, works, {
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
): Promise<{ record: RunRecord; page: string }> {
  const timing = { stages: stopwatch.stages(), totalSeconds: stopwatch.totalSeconds() };
  await store.setStatus(status, timing);
  const record = await loadRun(store.folder);
  return { record, page: await writeReport(store.folder, record) };
}

function configOf(options: ReproduceOptions): ReproduceConfig {
  const { preset, dataset, only, train, test, widths, seeds, epochs, eps } = options;
  return reproduceConfig(preset, {
    ...(dataset === undefined ? {} : { datasets: dataset }),
    ...(only === undefined ? {} : { parts: only }),
    ...(train === undefined ? {} : { trainCount: train }),
    ...(test === undefined ? {} : { testCount: test }),
    ...(widths === undefined ? {} : widthsOf(widths)),
    ...(seeds === undefined ? {} : { seeds }),
    ...(epochs === undefined ? {} : { epochs, adversarialEpochs: epochs }),
    ...(eps === undefined ? {} : { eps }),
  });
}

/** Influence at the largest width, variants of attention at both ends. */
function widthsOf(widths: number[]): Partial<ReproduceConfig> {
  const largest = Math.max(...widths);
  const ends = [...new Set([Math.min(...widths), largest])];
  return { widths, influenceWidth: largest, variantWidths: ends };
}

function machineRecord(): MachineRecord {
  const { version, blas, core, isa, threads } = runtimeInfo();
  const platform = `${process.platform}-${process.arch}`;
  return { package: version, node: process.versions.node, platform, blas, core, isa, threads };
}

function defaultFolder({ preset }: ReproduceConfig, startedAt: string): string {
  const time = startedAt.slice(0, 19).replaceAll(':', '').replace('T', '-');
  return join('runs', `reproduce-${preset}-${time}`);
}
