/** The paper's propositions: sensitivity of the attended kernel and of influence, and the error of approximation. */
import { dataBytes, ridgeBytes, type ProblemShape } from '../costs.js';
import type { Part, PlannedCell } from '../part.js';
import type { ReproduceConfig } from '../results.js';
import { drawSample } from '../sample.js';
import { approximation, approximationCost } from '../studies/approximation.js';
import {
  influenceSensitivity,
  influenceSensitivityCost,
  kernelSensitivity,
  kernelSensitivityCost,
} from '../studies/sensitivity.js';
import type { TargetFamily } from '../studies/theory-results.js';

/** One test of a proposition on n points. */
export type TheoryChoice =
  | {
      readonly study: 'kernel-sensitivity' | 'influence-sensitivity';
      readonly seed: number;
      readonly n: number;
    }
  | {
      readonly study: 'approximation';
      readonly seed: number;
      readonly n: number;
      readonly target: TargetFamily;
    };

/** Random perturbations of each point, beside the maximiser of the bound. */
const DRAWS = 4;

const TARGETS: readonly TargetFamily[] = ['top', 'bottom', 'random', 'labels'];

/** Targets of a family, as many as the classes of both data sets of the paper. */
const COLUMNS = 10;

/** Eigenvectors of smaller eigenvalues, relative to the largest, are mostly noise of the pixels. */
const TOLERANCE = 1e-4;

export const theory: Part<TheoryChoice> = {
  name: 'theory',

  plan(config, shape) {
    const n = pointsOf(config);
    return config.seeds.flatMap((seed) => cellsOf(seed, { ...shape, n }));
  },

  async run(choice, bench) {
    const { seed, n } = choice;
    const { options, config } = bench;
    const { eps, ridge, testCount } = config;
    const counts = { trainCount: n, testCount };
    const sample = drawSample(bench.dataset, counts, 'multiclass', seed);
    return bench.time('theory', async () => {
      switch (choice.study) {
        case 'kernel-sensitivity':
          return kernelSensitivity(sample, { eps, draws: DRAWS }, options);
        case 'influence-sensitivity':
          return influenceSensitivity(sample, ridge, options);
        case 'approximation': {
          const { target } = choice;
          const settings = { target, columns: COLUMNS, tolerance: TOLERANCE, ridge };
          return approximation(sample, settings, options);
        }
      }
    });
  },
};

function pointsOf({ theoryCount, trainCount }: ReproduceConfig): number {
  return Math.min(theoryCount, trainCount);
}

function cellsOf(seed: number, shape: ProblemShape): PlannedCell<TheoryChoice>[] {
  const { n } = shape;
  const common = {
    shared: [],
    // The data three times over, as unit rows, attended and perturbed ones.
    memory: 3 * dataBytes(shape) + 3 * ridgeBytes(shape),
  };
  return [
    {
      choice: { study: 'kernel-sensitivity', seed, n },
      label: `kernel sensitivity, seed ${seed}`,
      cost: kernelSensitivityCost({ draws: DRAWS }, shape),
      ...common,
    },
    {
      choice: { study: 'influence-sensitivity', seed, n },
      label: `influence sensitivity, seed ${seed}`,
      cost: influenceSensitivityCost(shape),
      ...common,
    },
    ...TARGETS.map((target): PlannedCell<TheoryChoice> => ({
      choice: { study: 'approximation', seed, n, target },
      label: `approximation of ${target}, seed ${seed}`,
      cost: approximationCost(shape),
      ...common,
    })),
  ];
}
