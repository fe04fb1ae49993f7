/** Table 4: flip rates under PGD of networks trained as usual and on PGD examples. */
import type { Part } from '../part.js';
import { networkSettings } from '../settings.js';
import { plannedFlip, runFlip, type FlipChoice } from './flips.js';

const TRAININGS = ['standard', 'adversarial'] as const;

export const table4: Part<FlipChoice> = {
  name: 'table4',

  plan(config, shape) {
    return networkSettings(config).flatMap((setting) =>
      TRAININGS.flatMap((training) => {
        const common = { ...setting, task: 'multiclass', training } as const;
        return [
          plannedFlip({ ...common, attack: 'pgd', eps: config.eps }, config, shape),
          plannedFlip({ ...common, attack: 'reseed', eps: 0 }, config, shape),
        ];
      }),
    );
  },

  run: runFlip,
};
