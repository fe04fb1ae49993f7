/** What the cells of one data set have in common: samples, kernels, trained networks, scores, made once. */
import type { ImageDataset } from '../data/dataset.js';
import type { RunOptions } from '../options.js';
import { trainRobustNetwork } from './adversarial-network.js';
import { dataBytes, networkBytes, kernelBytes, type ProblemShape } from './costs.js';
import {
  influenceScores,
  type InfluenceSetting,
  type Perturbation,
  type Scores,
} from './influence-cells.js';
import {
  kernelRegime,
  trainNetwork,
  type KernelRegime,
  type NetworkChoice,
  type TrainedNetwork,
} from './networks.js';
import type { SharedWork } from './part.js';
import { ballOf, epsPixels } from './readings.js';
import type { AttackName, ModelName, ReadingName, ReproduceConfig, TaskName } from './results.js';
import { drawSample, modelInputs, type ModelInputs, type Sample } from './sample.js';
import { SharedCache } from './shared-cache.js';
import { networkWork, regimeWork, scoresWork } from './shared-work.js';
import type { Stopwatch } from './stopwatch.js';

/** What a workbench needs from the run. */
export interface WorkbenchHost {
  /** Adds to the cost done. */
  readonly advance: (cost: number) => void;
  readonly stopwatch: Stopwatch;
  readonly signal: AbortSignal;
}

/** How many training and test points a sample has. */
export type SampleSize = Pick<ReproduceConfig, 'trainCount' | 'testCount'>;

/** Trained networks that are kept at once, beside the data and the kernel of the model at hand. */
const NETWORK_BYTES = 2 ** 31;

/** The shape of the problem that a config poses on a data set. */
export function problemShape(dataset: ImageDataset, config: ReproduceConfig): ProblemShape {
  const { width, height, channels } = dataset.train;
  const d = width * height * channels;
  return { n: config.trainCount, q: config.testCount, d, classes: dataset.classes.length };
}

/** Everything a part's cell takes from the run, for one data set. */
export class Workbench {
  readonly dataset: ImageDataset;
  readonly config: ReproduceConfig;
  readonly shape: ProblemShape;
  /** For every numeric call of a cell: the run's signal. */
  readonly options: RunOptions;
  readonly #host: WorkbenchHost;
  readonly #cache: SharedCache;
  /** Share of each shared work that has been reported, so that work done again is not counted again. */
  readonly #reported = new Map<string, number>();

  constructor(dataset: ImageDataset, config: ReproduceConfig, host: WorkbenchHost) {
    this.dataset = dataset;
    this.config = config;
    this.shape = problemShape(dataset, config);
    this.options = { signal: host.signal };
    this.#host = host;
    this.#cache = new SharedCache(
      NETWORK_BYTES + 2 * dataBytes(this.shape) + kernelBytes(this.shape),
    );
  }

  /** Runs `work` as a stage of the run's time table. */
  async time<Result>(stage: string, work: () => Promise<Result>): Promise<Result> {
    return this.#host.stopwatch.time(stage, work);
  }

  /** An attack within the ball of a reading's radius. */
  perturbation(attack: AttackName, reading: ReadingName, eps: number): Perturbation {
    const ball = ballOf(reading, eps, this.dataset);
    return { attack, eps, epsPixels: epsPixels(reading, eps, this.dataset), ball };
  }

  /** The shape of a sample of some size. */
  shapeOf({ trainCount: n, testCount: q }: SampleSize): ProblemShape {
    return { ...this.shape, n, q };
  }

  /** The training and test points of a task and seed: the run's, or the first of them. */
  async sample(task: TaskName, seed: number, size: SampleSize = this.config): Promise<Sample> {
    const name = `sample ${task} ${seed} ${size.trainCount} ${size.testCount}`;
    return this.#cache.get(name, dataBytes(this.shapeOf(size)), async () =>
      Promise.resolve(drawSample(this.dataset, size, task, seed)),
    );
  }

  /** A sample as a model's first layer sees it. */
  async inputs(
    task: TaskName,
    model: ModelName,
    seed: number,
    size: SampleSize = this.config,
  ): Promise<ModelInputs> {
    const { X, Z } = await this.sample(task, seed, size);
    if (model === 'relu') return { train: X, test: Z };
    const name = `inputs ${task} ${seed} ${size.trainCount} ${size.testCount}`;
    return this.#cache.get(name, dataBytes(this.shapeOf(size)), async () =>
      modelInputs(model, X, Z, this.options),
    );
  }

  /** The infinite-width kernel of a model's inputs and its regression. */
  async regime(task: TaskName, model: ModelName, seed: number): Promise<KernelRegime> {
    const sample = await this.sample(task, seed);
    const inputs = await this.inputs(task, model, seed);
    const work = regimeWork(task, model, seed, this.shape);
    return this.shared(work, kernelBytes(this.shape), 'infinite-width kernels', async (options) =>
      kernelRegime(inputs, sample, this.config.ridge, options),
    );
  }

  /** The trained network of a choice. */
  async network(choice: NetworkChoice): Promise<TrainedNetwork> {
    const { task, model, seed, training } = choice;
    const sample = await this.sample(task, seed);
    const inputs = await this.inputs(task, model, seed);
    const work = networkWork(choice, this.config, this.shape);
    const bytes = networkBytes(this.shape, choice.width, this.config.trainPrecision);
    return this.shared(work, bytes, 'training', async (options) => {
      if (training === 'standard') {
        return trainNetwork(choice, inputs, sample, this.config, options);
      }
      const ball = ballOf(choice.reading, this.config.eps, this.dataset);
      return trainRobustNetwork(choice, inputs, sample, ball, this.config, options);
    });
  }

  /** Influence of the training points at the trained network of a choice. */
  async scores(choice: NetworkChoice): Promise<Scores> {
    const { task, model, seed } = choice;
    const { trained } = await this.network(choice);
    const sample = await this.sample(task, seed);
    const inputs = await this.inputs(task, model, seed);
    const work = scoresWork(choice, this.config, this.shape);
    return this.shared(work, 8 * this.shape.n, 'influence', async (options) =>
      influenceScores(trained, inputs, sample, this.config.ridge, options),
    );
  }

  /** A trained network with its data and scores, the start of every influence experiment. */
  async influence(choice: NetworkChoice): Promise<InfluenceSetting> {
    const { task, model, seed } = choice;
    const before = await this.scores(choice);
    const { trained: network } = await this.network(choice);
    const sample = await this.sample(task, seed);
    const inputs = await this.inputs(task, model, seed);
    return { choice, network, inputs, sample, before };
  }

  /**
   * The result of a shared work, which some cells' plans list by this name and cost: computed once for all of them,
   * timed as `stage`, its progress reported.
   *
   * @param bytes - size of the result.
   */
  async shared<Result>(
    { name, cost }: SharedWork,
    bytes: number,
    stage: string,
    compute: (options: RunOptions) => Promise<Result>,
  ): Promise<Result> {
    return this.#cache.get(name, bytes, async () => {
      const onProgress = (share: number): void => {
        this.#report(name, cost, share);
      };
      const result = await this.time(stage, async () => compute({ ...this.options, onProgress }));
      this.#report(name, cost, 1);
      return result;
    });
  }

  #report(name: string, cost: number, share: number): void {
    const before = this.#reported.get(name) ?? 0;
    if (share <= before) return;
    this.#reported.set(name, share);
    this.#host.advance((share - before) * cost);
  }
}
