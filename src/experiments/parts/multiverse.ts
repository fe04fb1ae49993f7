/** The tables of the paper under every reading of what it leaves open: one cell a trained network or set of attacks. */
import type { Part } from '../part.js';
import {
  plannedDistances,
  runDistances,
  type MultiverseDistanceChoice,
} from './multiverse-distance-cells.js';
import { plannedFlips, runFlips, type MultiverseFlipsChoice } from './multiverse-flip-cells.js';

export const multiverse: Part<MultiverseDistanceChoice | MultiverseFlipsChoice> = {
  name: 'multiverse',

  plan(config, shape) {
    return [...plannedDistances(config, shape), ...plannedFlips(config, shape)];
  },

  async run(choice, bench) {
    return choice.shows === 'distances' ? runDistances(choice, bench) : runFlips(choice, bench);
  },
};
