/** The ablation of eps: flip rates under PGD at several radii. */
import type { Part } from '../part.js';
import { networkSettings } from '../settings.js';
import { plannedFlip, runFlip, type FlipChoice } from './flips.js';

export const epsilon: Part<FlipChoice> = {
  name: 'epsilon',

  plan(config, shape) {
    return networkSettings(config).flatMap((setting) => {
      const common = { ...setting, task: 'multiclass', training: 'standard' } as const;
      return [
        ...config.epsilons.map((eps) =>
          plannedFlip({ ...common, attack: 'pgd', eps }, config, shape),
        ),
        plannedFlip({ ...common, attack: 'reseed', eps: 0 }, config, shape),
      ];
    });
  },

  run: runFlip,
};
