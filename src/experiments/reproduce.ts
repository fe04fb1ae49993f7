/**
 * The replication of arXiv 2603.13085: spectra before and after attention, NTK distance against width (Table 1)
 * and influence flip rates under attack (Table 2), over seeds, models and readings.
 */
import type { ImageDataset } from '../data/dataset.js';
import type { Elements } from '../linalg/matrix.js';
import type { TwoLayerNetwork } from '../models/two-layer-network.js';
import type { RunOptions } from '../options.js';
import { mean } from '../statistics.js';
import { distanceCell, kernelRegime, trainNetwork } from './distance-cell.js';
import type { KernelRegime, NetworkChoice, TrainedNetwork } from './distance-cell.js';
import { flipCell, imagesCell, influenceScores, reseedCell } from './influence-cells.js';
import type { InfluenceSetting } from './influence-cells.js';
import { inParallel } from './parallel.js';
import { label, planReproduce, trainingCost, type ProblemShape } from './plan.js';
import type { Cell, ModelName, ReproduceConfig } from './results.js';
import { drawSample, modelInputs, type ModelInputs, type Sample } from './sample.js';
import { spectrumCell } from './spectrum-cell.js';
import type { Stopwatch } from './stopwatch.js';

/** What a run needs from outside: where cells go, and who is told of progress. */
export interface ReproduceContext {
  readonly append: (cell: Cell) => Promise<void>;
  /** Adds to the cost done; `finished` names a piece of planned work that has just ended. */
  readonly advance: (cost: number, finished?: string) => void;
  readonly stopwatch: Stopwatch;
  readonly signal: AbortSignal;
  /** Trainings that run side by side. */
  readonly concurrency: number;
}

/** Weights of the control network come from a seed that no other network of a run has. */
const CONTROL_SEED = 2 ** 32;

/** The shape of the problem that a config poses on a data set. */
export function problemShape(dataset: ImageDataset, config: ReproduceConfig): ProblemShape {
  const { width, height, channels } = dataset.train;
  return { n: config.trainCount, q: config.testCount, d: width * height * channels };
}

/**
 * Runs every cell of a config on a data set and appends each as it finishes.
 *
 * @throws NtkitError `ERR_ABORTED` when the signal fires: finished cells have been appended.
 */
export async function reproduce(
  dataset: ImageDataset,
  config: ReproduceConfig,
  context: ReproduceContext,
): Promise<void> {
  const run = new Reproduction(dataset, config, context);
  for (const seed of config.seeds) await run.seed(seed);
}

class Reproduction {
  readonly #dataset: ImageDataset;
  readonly #config: ReproduceConfig;
  readonly #context: ReproduceContext;
  readonly #shape: ProblemShape;
  readonly #costs: ReadonlyMap<string, number>;
  readonly #options: RunOptions;

  constructor(dataset: ImageDataset, config: ReproduceConfig, context: ReproduceContext) {
    this.#dataset = dataset;
    this.#config = config;
    this.#context = context;
    this.#shape = problemShape(dataset, config);
    this.#costs = new Map(
      planReproduce(config, this.#shape).map((work) => [work.label, work.cost]),
    );
    this.#options = { signal: context.signal };
  }

  async seed(seed: number): Promise<void> {
    const config = this.#config;
    const sample = drawSample(this.#dataset, config, seed);
    await this.#work('spectra', label.spectrum(seed), async () => {
      await this.#context.append(await spectrumCell(sample, this.#options));
    });
    for (const model of config.models) {
      const inputs = await modelInputs(model, sample.X, sample.Z, this.#options);
      const regime = await this.#work(
        'infinite-width kernels',
        label.kernel(model, seed),
        async () => kernelRegime(inputs, sample, config.ridge, this.#options),
      );
      await this.#networks(model, sample, inputs, regime);
    }
  }

  /** Trains every network of a model and seed, the widest first: each yields its distance as it ends. */
  async #networks(
    model: ModelName,
    sample: Sample,
    inputs: ModelInputs,
    regime: KernelRegime,
  ): Promise<void> {
    const config = this.#config;
    const { influenceWidth } = config;
    const networks = new Map<string, TrainedNetwork>();
    const jobs = config.readings.flatMap((reading) => [
      { reading, width: influenceWidth, seed: sample.seed + CONTROL_SEED },
      ...config.widths.map((width) => ({ reading, width, seed: sample.seed })),
    ]);
    jobs.sort((a, b) => b.width - a.width);
    await inParallel(this.#context.concurrency, jobs, async (choice) => {
      const network = await this.#train(choice, inputs, sample);
      if (choice.width === influenceWidth) networks.set(networkKey(choice), network);
      if (choice.seed !== sample.seed) {
        this.#context.advance(0, label.control(choice.reading, model, sample.seed));
        return;
      }
      const name = label.distance(choice.reading, model, choice.width, sample.seed);
      await this.#context.stopwatch.time('NTK distance', async () => {
        const arguments_ = [network, regime, inputs, sample, config, this.#options] as const;
        await this.#context.append(await distanceCell(model, choice, ...arguments_));
      });
      this.#context.advance(0, name);
    });
    for (const reading of config.readings) {
      const choice = { reading, width: influenceWidth, seed: sample.seed };
      const network = networks.get(networkKey(choice));
      const control = networks.get(networkKey({ reading, seed: sample.seed + CONTROL_SEED }));
      if (network === undefined || control === undefined) continue;
      await this.#influence(model, choice, network.trained, control.trained, inputs, sample);
    }
  }

  async #train(
    choice: NetworkChoice,
    inputs: ModelInputs,
    sample: Sample,
  ): Promise<TrainedNetwork> {
    const cost = trainingCost(this.#config, this.#shape, choice.width);
    let reported = 0;
    const onProgress = (share: number): void => {
      this.#context.advance((share - reported) * cost);
      reported = share;
    };
    return this.#context.stopwatch.time('training', async () =>
      trainNetwork(choice, inputs, sample.Y, this.#config, { ...this.#options, onProgress }),
    );
  }

  /** Scores at the trained network, then flips under each attack, and the control. */
  async #influence(
    model: ModelName,
    choice: NetworkChoice,
    network: TwoLayerNetwork<Elements>,
    control: TwoLayerNetwork<Elements>,
    inputs: ModelInputs,
    sample: Sample,
  ): Promise<void> {
    const { reading } = choice;
    const config = this.#config;
    const before = await this.#work(
      'influence',
      label.influence(reading, model, sample.seed),
      async () => influenceScores(network, inputs, sample, config.ridge, this.#options),
    );
    const setting: InfluenceSetting = { model, choice, network, inputs, sample, before };
    await this.#context.append(imagesCell(setting, this.#dataset));
    const pixelStd = mean(this.#dataset.pixelStd);
    for (const attack of config.attacks) {
      const name = label.flip(reading, model, attack, sample.seed);
      await this.#work('attacks and flips', name, async () => {
        const cell = await flipCell(setting, attack, pixelStd, config, this.#options);
        await this.#context.append(cell);
      });
    }
    await this.#work('influence', label.flip(reading, model, 'reseed', sample.seed), async () => {
      await this.#context.append(await reseedCell(setting, control, config, this.#options));
    });
  }

  /** Times a piece of planned work and counts its cost when it ends. */
  async #work<Result>(stage: string, name: string, run: () => Promise<Result>): Promise<Result> {
    const result = await this.#context.stopwatch.time(stage, run);
    this.#context.advance(this.#costs.get(name) ?? 0, name);
    return result;
  }
}

function networkKey({ reading, seed }: Pick<NetworkChoice, 'reading' | 'seed'>): string {
  return `${reading} ${seed}`;
}
