/** Table 2: flip rates of all classes under each attack, and whom the scores name. */
import { attackCost, cellBytes, influenceCost } from '../costs.js';
import { imagesCell } from '../images-cell.js';
import type { Part, PlannedCell } from '../part.js';
import { networkSettings } from '../settings.js';
import { influenceWork } from '../shared-work.js';
import { networkOf, plannedFlip, runFlip, type FlipChoice, type FlippedNetwork } from './flips.js';

/** A flip rate, or the images with the largest and smallest scores. */
export type Table2Choice = FlipChoice | ImagesChoice;

interface ImagesChoice extends FlippedNetwork {
  readonly shows: 'images';
  /** Of PGD, in the unit of the reading. */
  readonly eps: number;
}

export const table2: Part<Table2Choice> = {
  name: 'table2',

  plan(config, shape) {
    return networkSettings(config).flatMap((setting): PlannedCell<Table2Choice>[] => {
      const common = { ...setting, task: 'multiclass', training: 'standard' } as const;
      const { model, reading, seed } = setting;
      const { influenceWidth: width, eps, tau } = config;
      const network = { ...common, width } as const;
      const images: PlannedCell<ImagesChoice> = {
        choice: { ...network, shows: 'images', eps },
        label: `${reading}, ${model}, images, seed ${seed}`,
        cost: attackCost(tau * shape.n, shape, width) + influenceCost(shape, width),
        shared: influenceWork(networkOf(network), config, shape),
        memory: cellBytes(shape, width),
      };
      return [
        ...config.attacks.map((attack) => plannedFlip({ ...common, attack, eps }, config, shape)),
        plannedFlip({ ...common, attack: 'reseed', eps: 0 }, config, shape),
        // Images of several samples would not be the same ones: one is shown.
        ...(seed === config.seeds[0] ? [images] : []),
      ];
    });
  },

  async run(choice, bench) {
    if (!('shows' in choice)) return runFlip(choice, bench);
    const { dataset, config, options } = bench;
    const setting = await bench.influence(networkOf(choice));
    const perturbation = bench.perturbation('pgd', choice.reading, choice.eps);
    return bench.time('attacks and flips', async () =>
      imagesCell(setting, perturbation, dataset, config, options),
    );
  },
};
