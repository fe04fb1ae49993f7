/** What the cells of one data set share in one process: samples, inputs, kernels, networks, each made once. */
import type { RunOptions } from '../options.js';
import { linearizedAttention } from '../kernels/attention.js';
import type { Elements, Matrix } from '../linalg/matrix.js';
import type { TrainOptions } from '../models/training.js';
import type { TrainingResult, TwoLayerNetwork } from '../models/two-layer-network.js';
import { dataId, drawDataSample, type DataSample, type SweepData } from './data/sweep-data.js';
import { SavedTrainings, type Saving } from './saved-trainings.js';
import { inputsWork, sampleWork, type InputsChoice, type SampleChoice } from './shared-work.js';

/** Training and test rows as a model's first layer sees them. */
export interface BenchInputs {
  /** Training rows as the model sees them. */
  readonly train: Matrix;
  /** Test rows as the model sees them. */
  readonly test: Matrix;
}

/** Bytes of matrices that are kept to be written into again. */
const SPARE_BYTES = 2 ** 23;

/** Everything a measure takes from the run. */
export class Bench {
  /** The data set of the cells. */
  readonly data: SweepData;
  /** For every numeric call of a cell: the run's signal. */
  readonly options: RunOptions;
  readonly #results = new Map<string, Promise<unknown>>();
  readonly #trainings: SavedTrainings | undefined;
  #spare: Matrix[] = [];

  /** @param saving - where long trainings are saved. Default: nowhere. */
  constructor(data: SweepData, options: RunOptions, saving?: Saving) {
    this.data = data;
    this.options = options;
    this.#trainings = saving && new SavedTrainings(saving);
  }

  /** The training and test points of a choice. */
  async sample(choice: SampleChoice): Promise<DataSample> {
    return this.shared(sampleWork(choice, this.data).name, async () =>
      Promise.resolve(drawDataSample(this.data, choice)),
    );
  }

  /** A sample as a model's first layer sees it: unit rows, or what linearized attention makes of them. */
  async inputs(choice: InputsChoice): Promise<BenchInputs> {
    const { X, Z } = await this.sample(choice);
    if (choice.model === 'relu') return { train: X, test: Z };
    return this.shared(inputsWork(choice, this.data).name, async () => {
      const train = await linearizedAttention(X, this.options);
      return { train, test: await linearizedAttention(X, { ...this.options, queries: Z }) };
    });
  }

  /**
   * The result of a shared work, which cells name in their needs: computed once for all of them. A failure is not kept.
   *
   * @param name - the same name means the same result.
   */
  async shared<Result>(name: string, compute: () => Promise<Result>): Promise<Result> {
    const known = this.#results.get(name);
    if (known !== undefined) return known as Promise<Result>;
    const result = compute();
    this.#results.set(name, result);
    result.catch(() => {
      if (this.#results.get(name) === result) this.#results.delete(name);
    });
    return result;
  }

  /**
   * Trains as {@link TwoLayerNetwork.train} does, to the same bits, under the bench's own options. In a run folder a long
   * training is saved now and then, and gone on with by whoever computes the cell after this process has died.
   *
   * @param name - that of the shared work which the training is; the same name means the same network, X and Y.
   * @throws NtkitError as {@link TwoLayerNetwork.train}; `ERR_ABORTED` also when it was saved because the run stops.
   */
  async train<T extends Elements>(
    name: string,
    network: TwoLayerNetwork<T>,
    X: Matrix<T>,
    Y: Matrix<T>,
    options: Omit<TrainOptions, 'snapshots'>,
  ): Promise<Pick<TrainingResult<T>, 'network' | 'losses'>> {
    const all = { ...options, ...this.options };
    if (this.#trainings === undefined) return network.train(X, Y, all);
    const data = dataId(this.data);
    return this.#trainings.train({ data, name, network, X, Y, options: all });
  }

  /** Removes what trainings of these names have saved, once the results of their cells are stored. */
  async forgetTrainings(names: readonly string[]): Promise<void> {
    await this.#trainings?.forget(names);
  }

  /**
   * A matrix of these sizes to write into, which a cell before has {@link giveBack given back}. Small cells would leave
   * a kernel each behind, and the garbage collector take as long as they do.
   */
  spare(rows: number, cols: number): Matrix | undefined {
    const found = this.#spare.find((matrix) => matrix.rows === rows && matrix.cols === cols);
    if (found !== undefined) this.#spare.splice(this.#spare.indexOf(found), 1);
    return found;
  }

  /** Takes matrices that nobody reads any more; the oldest go when there are many. */
  giveBack(...matrices: readonly Matrix[]): void {
    this.#spare.unshift(...matrices);
    let bytes = 0;
    this.#spare = this.#spare.filter(({ data }) => (bytes += data.byteLength) <= SPARE_BYTES);
  }

  /** Drops a result that no cell needs any more, or that has to make room. */
  drop(name: string): void {
    this.#results.delete(name);
  }
}
