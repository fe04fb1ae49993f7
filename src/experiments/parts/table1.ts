/** Table 1 and Figure 1: NTK distance against width. */
import { cellBytes, distanceCost } from '../costs.js';
import { distanceCell } from '../distance-cell.js';
import type { NetworkChoice } from '../networks.js';
import type { Part, PlannedCell } from '../part.js';
import { networkSettings } from '../settings.js';
import { networkWork, regimeWork } from '../shared-work.js';

/** A trained network of some width. */
export interface Table1Choice {
  readonly model: NetworkChoice['model'];
  readonly reading: NetworkChoice['reading'];
  readonly width: number;
  readonly seed: number;
}

export const table1: Part<Table1Choice> = {
  name: 'table1',

  plan(config, shape) {
    return networkSettings(config).flatMap((setting) =>
      config.widths.map((width): PlannedCell<Table1Choice> => {
        const { reading, model, seed } = setting;
        return {
          choice: { ...setting, width },
          label: `${reading}, ${model}, width ${width}, seed ${seed}`,
          cost: distanceCost(shape, width),
          shared: [
            networkWork(networkOf({ ...setting, width }), config, shape),
            regimeWork('multiclass', model, seed, shape),
          ],
          memory: cellBytes(shape, width),
        };
      }),
    );
  },

  async run(choice, bench) {
    const { model, seed } = choice;
    const network = await bench.network(networkOf(choice));
    const regime = await bench.regime('multiclass', model, seed);
    const inputs = await bench.inputs('multiclass', model, seed);
    const sample = await bench.sample('multiclass', seed);
    const { config, options } = bench;
    return bench.time('NTK distance', async () =>
      distanceCell(networkOf(choice), network, regime, inputs, sample, config, options),
    );
  },
};

function networkOf(choice: Table1Choice): NetworkChoice {
  return { ...choice, task: 'multiclass', training: 'standard', weightSeed: choice.seed };
}
