/** The three interventions on the training points: curated, transformed, adversarial. */
import { attackCost, cellBytes, influenceCost } from '../costs.js';
import { interventionCell } from '../intervention-cell.js';
import type { Part, PlannedCell } from '../part.js';
import type { InterventionName } from '../results.js';
import { networkSettings } from '../settings.js';
import { influenceWork } from '../shared-work.js';
import { networkOf, type FlippedNetwork } from './flips.js';

const INTERVENTIONS: readonly InterventionName[] = ['curated', 'transformed', 'adversarial'];

/** One intervention on the training points of one network. */
export interface InterventionChoice extends FlippedNetwork {
  readonly intervention: InterventionName;
  /** Of PGD, in the unit of the reading. */
  readonly eps: number;
}

export const interventions: Part<InterventionChoice> = {
  name: 'interventions',

  plan(config, shape) {
    const { tau, eps, influenceWidth: width } = config;
    const attacked = { curated: 0, transformed: tau * shape.n, adversarial: shape.n };
    return networkSettings(config).flatMap((setting) =>
      INTERVENTIONS.map((intervention): PlannedCell<InterventionChoice> => {
        const network = { ...setting, task: 'multiclass', training: 'standard', width } as const;
        const { reading, model, seed } = setting;
        return {
          choice: { ...network, intervention, eps },
          label: `${reading}, ${model}, ${intervention}, seed ${seed}`,
          cost: attackCost(attacked[intervention], shape, width) + influenceCost(shape, width),
          shared: influenceWork(networkOf(network), config, shape),
          memory: cellBytes(shape, width),
        };
      }),
    );
  },

  async run(choice, bench) {
    const { intervention, reading, eps } = choice;
    const { config, options } = bench;
    const setting = await bench.influence(networkOf(choice));
    const perturbation = bench.perturbation('pgd', reading, eps);
    return bench.time('interventions', async () =>
      interventionCell(setting, intervention, perturbation, config, options),
    );
  },
};
