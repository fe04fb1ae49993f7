/** The cells of the multiverse that read Table 1: one trained network each. */
import { cellBytes, type ProblemShape } from '../costs.js';
import type { PlannedCell, SharedWork } from '../part.js';
import type { ReproduceConfig } from '../results.js';
import type { Workbench } from '../workbench.js';
import {
  kernelPredictions,
  kernelPredictionsCost,
  multiverseDistanceCost,
  multiverseDistanceRecord,
  type DistanceNetwork,
  type DistanceTraining,
} from './multiverse-distance.js';
import { combinations } from './multiverse-readings.js';
import type { DistanceReading, MultiverseDistanceRecord } from './multiverse-results.js';

/** A network, and the readings of it that are taken. */
export interface MultiverseDistanceChoice extends DistanceNetwork {
  readonly shows: 'distances';
  readonly trainCount: number;
  readonly testCount: number;
  readonly epochs: readonly number[];
  readonly norm: readonly DistanceReading['norm'][];
}

/** A cell for each network of Table 1's readings. */
export function plannedDistances(
  config: ReproduceConfig,
  shape: ProblemShape,
): PlannedCell<MultiverseDistanceChoice>[] {
  const { testCount } = config;
  const { widths, distance } = config.multiverse;
  const { sigma, l2, loss, norm } = distance;
  const epochs = atMost(config.epochs, distance.epochs);
  const networks = combinations<DistanceNetwork & { trainCount: number }>({
    ...{ seed: config.seeds, model: config.models },
    trainCount: atMost(config.trainCount, distance.n),
    ...{ width: widths, sigma, l2, loss },
  });
  return networks.map((network) => {
    const own = { ...shape, n: network.trainCount, q: testCount };
    const choice = { shows: 'distances', ...network, testCount, epochs, norm } as const;
    return {
      choice,
      label: labelOf(choice),
      cost: multiverseDistanceCost(choice, choice, trainingOf(config), own),
      shared: [predictionsWork(choice, own)],
      memory: cellBytes(own, choice.width),
    };
  });
}

/** The distances of one network. */
export async function runDistances(
  choice: MultiverseDistanceChoice,
  bench: Workbench,
): Promise<MultiverseDistanceRecord> {
  const { model, seed } = choice;
  const { config, options } = bench;
  const own = bench.shapeOf(choice);
  const sample = await bench.sample('multiclass', seed, choice);
  const inputs = await bench.inputs('multiclass', model, seed, choice);
  const predictions = await bench.shared(
    predictionsWork(choice, own),
    8 * own.q * own.classes,
    'infinite-width kernels',
    async (shared) => kernelPredictions(inputs, sample, config.ridge, shared),
  );
  const training = trainingOf(config);
  return bench.time('multiverse, distances', async () =>
    multiverseDistanceRecord(choice, choice, sample, inputs, predictions, training, options),
  );
}

/** Values of an axis of which a run has only so much: larger ones become the run's own. */
function atMost(most: number, values: readonly number[]): number[] {
  return [...new Set(values.map((value) => Math.min(value, most)))];
}

function labelOf(choice: MultiverseDistanceChoice): string {
  const { model, trainCount, width, sigma, l2, loss, seed } = choice;
  const values = [`width ${width}`, `n ${trainCount}`, `sigma ${sigma}`, `l2 ${l2}`, loss];
  return ['t1', model, ...values, `seed ${seed}`].join(', ');
}

function trainingOf(config: ReproduceConfig): DistanceTraining {
  const { batchSize, learningRate, trainPrecision: precision } = config;
  return { batchSize, learningRate, precision };
}

/** The predictions with K_inf, which every network of a model and sample is compared with. */
function predictionsWork(
  { seed, model, trainCount, testCount }: MultiverseDistanceChoice,
  own: ProblemShape,
): SharedWork {
  return {
    name: ['multiverse predictions', model, seed, trainCount, testCount].join(' '),
    cost: kernelPredictionsCost(own),
  };
}
