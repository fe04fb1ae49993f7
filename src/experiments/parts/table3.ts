/** Table 3: flip rates of the binary task under each attack. */
import type { Part } from '../part.js';
import { networkSettings } from '../settings.js';
import { plannedFlip, runFlip, type FlipChoice } from './flips.js';

export const table3: Part<FlipChoice> = {
  name: 'table3',

  plan(config, shape) {
    return networkSettings(config).flatMap((setting) => {
      const common = { ...setting, task: 'binary', training: 'standard' } as const;
      return [
        ...config.attacks.map((attack) =>
          plannedFlip({ ...common, attack, eps: config.eps }, config, shape),
        ),
        plannedFlip({ ...common, attack: 'reseed', eps: 0 }, config, shape),
      ];
    });
  },

  run: runFlip,
};
