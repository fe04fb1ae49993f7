/** What the cells of one data set share in one process: samples, inputs, kernels, networks, each made once. */
import type { RunOptions } from '../options.js';
import { linearizedAttention } from '../kernels/attention.js';
import type { Matrix } from '../linalg/matrix.js';
import { drawDataSample, type DataSample, type SweepData } from './data/sweep-data.js';
import { inputsWork, sampleWork, type InputsChoice, type SampleChoice } from './shared-work.js';

/** Training and test rows as a model's first layer sees them. */
export interface BenchInputs {
  /** Training rows as the model sees them. */
  readonly train: Matrix;
  /** Test rows as the model sees them. */
  readonly test: Matrix;
}

/** Everything a measure takes from the run. */
export class Bench {
  /** The data set of the cells. */
  readonly data: SweepData;
  /** For every numeric call of a cell: the run's signal. */
  readonly options: RunOptions;
  readonly #results = new Map<string, Promise<unknown>>();

  constructor(data: SweepData, options: RunOptions) {
    this.data = data;
    this.options = options;
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

  /** Drops a result that no cell needs any more, or that has to make room. */
  drop(name: string): void {
    this.#results.delete(name);
  }
}
