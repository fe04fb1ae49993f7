/** Linearized attention beside its variants: their spectra, and the networks behind some of them. */
import { dataBytes, type ProblemShape } from '../costs.js';
import type { Part, PlannedCell } from '../part.js';
import { variantSpectrum, variantSpectrumCost } from '../studies/attention-study.js';
import type { AttentionVariant } from '../studies/attention-study-results.js';
import { nameOf, plannedVariants, runVariant, type VariantChoice } from './variants.js';

/** One measurement of the part. */
export type AttentionChoice =
  | { readonly study: 'spectrum'; readonly seed: number; readonly variant: AttentionVariant }
  | VariantChoice;

/**
 * The variants with networks. Softmax at 0.1 attends to a point's neighbours, at the square root of d, a transformer's,
 * to all points nearly alike.
 */
const NETWORKS: readonly AttentionVariant[] = [
  { kind: 'none' },
  { kind: 'linearized' },
  { kind: 'projected' },
  { kind: 'stacked', stack: 'context', layers: 2 },
  { kind: 'stacked', stack: 'self', layers: 2 },
  { kind: 'softmax', temperature: 0.1 },
  { kind: 'softmax', temperature: 'sqrt-d' },
];

/** The k of kappa_k. */
const INDICES = [100];

export const attention: Part<AttentionChoice> = {
  name: 'attention',

  plan(config, shape) {
    const truncated = config.truncationRanks.map((rank) => ({ kind: 'truncated', rank }) as const);
    return [
      ...config.seeds.flatMap((seed) =>
        [...NETWORKS, ...truncated].map((variant) => plannedSpectrum(variant, seed, shape)),
      ),
      ...plannedVariants(NETWORKS, config, shape),
    ];
  },

  async run(choice, bench) {
    if (choice.study === 'network') return runVariant(choice, bench);
    const sample = await bench.sample('multiclass', choice.seed);
    return bench.time('spectra', async () =>
      variantSpectrum(choice.variant, sample, INDICES, bench.options),
    );
  },
};

function plannedSpectrum(
  variant: AttentionVariant,
  seed: number,
  shape: ProblemShape,
): PlannedCell<AttentionChoice> {
  const { n, d } = shape;
  const side = Math.min(n, d);
  return {
    choice: { study: 'spectrum', seed, variant },
    label: `spectrum of ${nameOf(variant)}, seed ${seed}`,
    cost: variantSpectrumCost(variant, shape),
    shared: [],
    memory: dataBytes(shape) + 8 * (3 * side * side + (variant.kind === 'softmax' ? n * n : 0)),
  };
}
