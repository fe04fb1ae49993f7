/** The three interventions on the training points, curated, transformed and adversarial, and their control. */
import { attackCost, cellBytes, influenceCost } from '../costs.js';
import { interventionCell, reseedIntervention } from '../intervention-cell.js';
import { controlOf } from '../networks.js';
import type { Part, PlannedCell } from '../part.js';
import type { InterventionName } from '../results.js';
import { networkSettings } from '../settings.js';
import { influenceWork } from '../shared-work.js';
import { networkOf, type FlippedNetwork } from './flips.js';

const INTERVENTIONS: readonly InterventionName[] = [
  ...(['curated', 'transformed', 'adversarial', 'reseed'] as const),
];

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
    const costOf = (intervention: InterventionName): number =>
      intervention === 'reseed'
        ? 0
        : attackCost(attacked[intervention], shape, width) + influenceCost(shape, width);
    return networkSettings(config).flatMap((setting) =>
      INTERVENTIONS.map((intervention): PlannedCell<InterventionChoice> => {
        const network = { ...setting, task: 'multiclass', training: 'standard', width } as const;
        const { reading, model, seed } = setting;
        return {
          choice: { ...network, intervention, eps },
          label: `${reading}, ${model}, ${intervention}, seed ${seed}`,
          cost: costOf(intervention),
          // The control's network first: the other one may be under way for another cell.
          shared: [
            ...(intervention === 'reseed'
              ? influenceWork(controlOf(networkOf(network)), config, shape)
              : []),
            ...influenceWork(networkOf(network), config, shape),
          ],
          memory: cellBytes(shape, width),
        };
      }),
    );
  },

  async run(choice, bench) {
    const { intervention, reading, eps } = choice;
    const { config, options } = bench;
    const network = networkOf(choice);
    if (intervention === 'reseed') {
      const after = await bench.scores(controlOf(network));
      return reseedIntervention(await bench.influence(network), after, config);
    }
    const setting = await bench.influence(network);
    const perturbation = bench.perturbation('pgd', reading, eps);
    return bench.time('interventions', async () =>
      interventionCell(setting, intervention, perturbation, config, options),
    );
  },
};
