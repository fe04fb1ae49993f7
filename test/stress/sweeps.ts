/** The sweeps whose figures are promised. */
import { repeat } from '../support/effort.js';

const points = (count: number, inputs: number): object => ({
  name: 'points',
  synthetic: { points: count, inputs, classes: 5, decay: 'power', rate: 1 },
});

const seeds = (quick: number, full: number): string => `0..${repeat(quick, full) - 1}`;

/** A thousand cells of some 20 to 60 ms, each a training and its distance from the kernel regime. */
export const THOUSAND_CELLS = {
  ...{ measure: 'distance', data: points(600, 64), n: 256, test: 128 },
  ...{ width: '64..512 x2', seed: seeds(5, 125), model: ['relu', 'attention'] },
  ...{ epochs: 100, batch: 128 },
};

/** Three kinds of work: kernels and regressions, training, attacks and influence. Long beside the start of a program. */
export const PLANNED_SWEEPS = {
  kernels: {
    ...{ measure: ['kernel', 'spectrum'], data: points(2400, 100), n: [500, 1000, 2000] },
    ...{ test: 300, depth: [2, 3], trained: 'all', ridge: [0.001, 0.1] },
    ...{ seed: seeds(1, 16), model: ['relu', 'attention'] },
  },
  training: {
    ...{ measure: 'distance', data: points(1200, 100), n: 800, test: 200 },
    ...{ width: '128..1024 x2', seed: seeds(1, 12), model: ['relu', 'attention'] },
    ...{ epochs: repeat(50, 200), batch: 100 },
  },
  attacks: {
    ...{ measure: 'flips', data: points(1200, 100), n: [400, 800], test: 200 },
    ...{ width: [256, 512], seed: seeds(1, 12), model: ['relu', 'attention'], epochs: 30 },
    ...{ attack: ['fgsm', 'pgd', 'mim'], eps: [0.1, 0.3], tau: 0.2 },
  },
} as const;
