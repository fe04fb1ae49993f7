/** Table 2: flip rates of all classes under each attack, and whom the scores name. */
import { cellBytes } from '../costs.js';
import { imagesCell } from '../influence-cells.js';
import type { Part, PlannedCell } from '../part.js';
import { networkSettings } from '../settings.js';
import { influenceWork } from '../shared-work.js';
import { networkOf, plannedFlip, runFlip, type FlipChoice, type FlippedNetwork } from './flips.js';

/** A flip rate, or the images with the largest and smallest scores. */
export type Table2Choice = FlipChoice | ImagesChoice;

interface ImagesChoice extends FlippedNetwork {
  readonly shows: 'images';
}

export const table2: Part<Table2Choice> = {
  name: 'table2',

  plan(config, shape) {
    return networkSettings(config).flatMap((setting): PlannedCell<Table2Choice>[] => {
      const common = { ...setting, task: 'multiclass', training: 'standard' } as const;
      const { model, reading, seed } = setting;
      const width = config.influenceWidth;
      return [
        ...config.attacks.map((attack) =>
          plannedFlip({ ...common, attack, eps: config.eps }, config, shape),
        ),
        plannedFlip({ ...common, attack: 'reseed', eps: 0 }, config, shape),
        {
          choice: { ...common, width, shows: 'images' },
          label: `${reading}, ${model}, images, seed ${seed}`,
          cost: 0,
          shared: influenceWork(networkOf({ ...common, width }), config, shape),
          memory: cellBytes(shape, width),
        },
      ];
    });
  },

  async run(choice, bench) {
    if (!('shows' in choice)) return runFlip(choice, bench);
    return imagesCell(await bench.influence(networkOf(choice)), bench.dataset);
  },
};
