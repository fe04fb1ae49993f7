/** Trained networks and what is computed at them, taken from the bench. */
import { influenceScores, type Scores } from '../experiments/influence-cells.js';
import { inPrecision, type TrainedNetwork } from '../experiments/networks.js';
import { TwoLayerNetwork } from '../models/two-layer-network.js';
import type { Bench } from './bench.js';
import { networkWork, scoresWork, type NetworkChoice, type ScoresChoice } from './shared-work.js';

/** The trained network of a choice, from the initial weights of its seed. */
export async function trainedNetwork(choice: NetworkChoice, bench: Bench): Promise<TrainedNetwork> {
  const { name } = networkWork(choice, bench.data);
  return bench.shared(name, async () => {
    const { width, seed, sigma: scale, precision, loss, optimizer, epochs } = choice;
    const { batch: batchSize, rate: learningRate, l2: weightDecay } = choice;
    const { Y } = await bench.sample(choice);
    const { train } = await bench.inputs(choice);
    const shape = { inputs: train.cols, outputs: Y.cols };
    const { signal } = bench.options;
    const initial = await TwoLayerNetwork.create({
      ...{ ...shape, width, seed, scale, precision, signal },
    });
    const { network: trained, losses } = await bench.train(
      name,
      initial,
      inPrecision(train, precision),
      inPrecision(Y, precision),
      { loss, optimizer, epochs, batchSize, learningRate, weightDecay, seed },
    );
    return { initial, trained, losses };
  });
}

/** Influence of the training points at the trained network of a choice. */
export async function scoresBefore(choice: ScoresChoice, bench: Bench): Promise<Scores> {
  return bench.shared(scoresWork(choice, bench.data).name, async () => {
    const { trained } = await trainedNetwork(choice, bench);
    const inputs = await bench.inputs(choice);
    const sample = await bench.sample(choice);
    return influenceScores(trained, inputs, sample, choice.ridge, bench.options);
  });
}
