/**
 * Spectra before and after attention: condition numbers by every definition, the cube, stacks of layers, and the
 * networks behind truncated attention.
 */
import { dataBytes, spectrumCost, type ProblemShape } from '../costs.js';
import type { Part, PlannedCell } from '../part.js';
import type { ReproduceConfig } from '../results.js';
import { drawSample } from '../sample.js';
import { spectrumCell } from '../spectrum-cell.js';
import type { AttentionVariant } from '../studies/attention-study-results.js';
import {
  conditionCost,
  conditionNumbers,
  cubeCost,
  cubeOfCondition,
  layeredCondition,
  layersCost,
  type LayersSettings,
} from '../studies/spectrum-study.js';
import { plannedVariants, runVariant, type VariantChoice } from './variants.js';

/** One measurement of the part. */
export type SpectrumChoice =
  | { readonly study: 'spectrum' | 'cube'; readonly seed: number }
  | {
      readonly study: 'condition';
      readonly seed: number;
      readonly n: number;
      readonly draw: number;
    }
  | ({ readonly study: 'layers'; readonly seed: number } & Pick<LayersSettings, 'stack' | 'layers'>)
  | VariantChoice;

/** Relative tolerances of kappa_d, beside that of rounding. */
const TOLERANCES = [1e-3, 1e-6, 1e-9];

/** The k of kappa_k. */
const INDICES = [10, 100];

/** Layers of the stacks. */
const LAYERS = [2, 3, 4];

/** The k of the powers that stacks are compared with. */
const LAYERS_INDEX = 100;

/** Seeds of a config are below it: no draw of one is a draw of another. */
const DRAW_STRIDE = 2 ** 32;

export const spectrum: Part<SpectrumChoice> = {
  name: 'spectrum',

  plan(config, shape) {
    return [
      ...config.seeds.flatMap((seed) => [
        ...ofSample(seed, shape),
        ...draws(seed, config, shape),
        ...stacks(seed, shape),
      ]),
      ...plannedVariants(truncations(config), config, shape),
    ];
  },

  async run(choice, bench) {
    if (choice.study === 'network') return runVariant(choice, bench);
    const { seed } = choice;
    const { options } = bench;
    if (choice.study === 'condition') {
      const { n, draw } = choice;
      const counts = { trainCount: n, testCount: 1 };
      const { X } = drawSample(bench.dataset, counts, 'multiclass', seed + draw * DRAW_STRIDE);
      const settings = { tolerances: TOLERANCES, indices: INDICES };
      return bench.time('spectra', async () =>
        conditionNumbers({ seed, draw, X }, settings, options),
      );
    }
    const sample = await bench.sample('multiclass', seed);
    return bench.time('spectra', async () => {
      switch (choice.study) {
        case 'spectrum':
          return spectrumCell(sample, options);
        case 'cube':
          return cubeOfCondition(sample, options);
        case 'layers':
          return layeredCondition(sample, { ...choice, indices: [LAYERS_INDEX] }, options);
      }
    });
  },
};

function ofSample(seed: number, shape: ProblemShape): PlannedCell<SpectrumChoice>[] {
  const common = { shared: [], memory: spectrumBytes(shape) };
  return [
    {
      choice: { study: 'spectrum', seed },
      label: `seed ${seed}`,
      cost: spectrumCost(shape),
      ...common,
    },
    {
      choice: { study: 'cube', seed },
      label: `cube, seed ${seed}`,
      cost: cubeCost(shape),
      ...common,
    },
  ];
}

function draws(
  seed: number,
  { conditionCounts, conditionDraws, trainCount }: ReproduceConfig,
  shape: ProblemShape,
): PlannedCell<SpectrumChoice>[] {
  return conditionCounts
    .filter((n) => n <= trainCount)
    .flatMap((n) =>
      Array.from({ length: conditionDraws }, (_, draw): PlannedCell<SpectrumChoice> => ({
        choice: { study: 'condition', seed, n, draw },
        label: `condition of ${n} points, draw ${draw}, seed ${seed}`,
        cost: conditionCost({ ...shape, n }),
        shared: [],
        memory: spectrumBytes({ ...shape, n }),
      })),
    );
}

function stacks(seed: number, shape: ProblemShape): PlannedCell<SpectrumChoice>[] {
  return (['context', 'self'] as const).flatMap((stack) =>
    LAYERS.map((layers): PlannedCell<SpectrumChoice> => ({
      choice: { study: 'layers', seed, stack, layers },
      label: `${layers} layers of ${stack}, seed ${seed}`,
      cost: layersCost({ layers }, shape),
      shared: [],
      memory: spectrumBytes(shape),
    })),
  );
}

/** Truncation and what it is to lie between: no attention and all of it. */
function truncations({ truncationRanks }: ReproduceConfig): AttentionVariant[] {
  if (truncationRanks.length === 0) return [];
  const truncated = truncationRanks.map((rank) => ({ kind: 'truncated', rank }) as const);
  return [{ kind: 'none' }, { kind: 'linearized' }, ...truncated];
}

/** Bytes of the data and of the smaller Gram matrix, its copy for the eigenvalues and the products of a stack. */
function spectrumBytes(shape: ProblemShape): number {
  const side = Math.min(shape.n, shape.d);
  return dataBytes(shape) + 3 * 8 * side * side;
}
