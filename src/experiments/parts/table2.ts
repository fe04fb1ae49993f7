/** Table 2: flip rates of all classes under each attack, and whom the scores name. */
import { cellBytes } from '../costs.js';
import { imagesCell } from '../influence-cells.js';
import type { NetworkChoice } from '../networks.js';
import type { Part, PlannedCell } from '../part.js';
import { networkSettings } from '../settings.js';
import { influenceWork } from '../shared-work.js';
import { plannedFlip, runFlip, type FlipChoice } from './flips.js';

/** A flip rate, or the images with the largest and smallest scores. */
export type Table2Choice = FlipChoice | ImagesChoice;

interface ImagesChoice extends Omit<FlipChoice, 'attack' | 'eps'> {
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
          label: `images, ${reading}, ${model}, seed ${seed}`,
          cost: 0,
          shared: influenceWork({ ...common, width, weightSeed: seed }, config, shape),
          memory: cellBytes(shape, width),
        },
      ];
    });
  },

  async run(choice, bench) {
    if (!('shows' in choice)) return runFlip(choice, bench);
    const { task, training, model, reading, width, seed } = choice;
    const network: NetworkChoice = {
      ...{ task, training, model, reading, width, seed },
      weightSeed: seed,
    };
    return imagesCell(await bench.influence(network), bench.dataset);
  },
};
