/** The empirical kernel of every network along its training, over width. */
import { cellBytes, kernelBytes, networkBytes } from '../costs.js';
import type { Part, PlannedCell } from '../part.js';
import type { ReproduceConfig } from '../results.js';
import { networkSettings, type NetworkSetting } from '../settings.js';
import { dynamicsCost, dynamicsRecord, snapshotEpochs } from './dynamics-path.js';
import { settingsUnder, type NetworkSettings } from './network.js';

/** One network, on some training points. */
export interface DynamicsChoice extends NetworkSetting {
  readonly width: number;
  readonly trainCount: number;
}

export const dynamics: Part<DynamicsChoice> = {
  name: 'dynamics',

  plan(config, shape) {
    const trainCount = Math.min(config.trainCount, config.dynamics.trainCount);
    const own = { ...shape, n: trainCount };
    return networkSettings(config).flatMap((setting) =>
      config.widths.map((width): PlannedCell<DynamicsChoice> => {
        const choice = { ...setting, width, trainCount };
        const { reading, model, seed } = setting;
        const kept = snapshotEpochs(config.epochs).length;
        return {
          choice,
          label: `${reading}, ${model}, width ${width}, seed ${seed}`,
          cost: dynamicsCost(networkOf(choice, config), own),
          shared: [],
          memory:
            cellBytes(own, width) +
            kept * networkBytes(own, width, config.trainPrecision) +
            2 * kernelBytes(own),
        };
      }),
    );
  },

  async run(choice, bench) {
    const { model, seed, trainCount } = choice;
    const { config, options } = bench;
    const size = { trainCount, testCount: config.testCount };
    const sample = await bench.sample('multiclass', seed, size);
    const inputs = await bench.inputs('multiclass', model, seed, size);
    return bench.time('kernel dynamics', async () =>
      dynamicsRecord(choice, sample, inputs, networkOf(choice, config), options),
    );
  },
};

function networkOf(
  { reading, width, seed }: DynamicsChoice,
  config: ReproduceConfig,
): NetworkSettings {
  return settingsUnder(reading, { width, seed, epochs: config.epochs }, config);
}
