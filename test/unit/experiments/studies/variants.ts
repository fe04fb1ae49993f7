/** The attention variants by plain loops. */
import type { AttentionVariant } from '../../../../src/experiments/studies/attention-study-results.js';
import {
  softmaxAttention,
  stackedAttention,
  truncatedContext,
} from '../../../reference/attention.js';
import { columnsOf, multiply, unitRows, type Rows } from '../../../reference/rows.js';
import { projectionWeights } from '../../kernels/projection-weights.js';

/** One of each kind, and a stack of each reading. */
export const VARIANTS: readonly AttentionVariant[] = [
  { kind: 'none' },
  { kind: 'linearized' },
  { kind: 'truncated', rank: 3 },
  { kind: 'stacked', stack: 'context', layers: 2 },
  { kind: 'stacked', stack: 'self', layers: 2 },
  { kind: 'projected' },
  { kind: 'softmax', temperature: 0.2 },
  { kind: 'softmax', temperature: 'sqrt-d' },
];

/** Central differences ask for the same context over and over. */
const contexts = new WeakMap<Rows, number[][]>();

function truncated(X: Rows, rank: number): number[][] {
  const known = contexts.get(X) ?? truncatedContext(X, rank);
  contexts.set(X, known);
  return known;
}

/** Unit rows of queries behind a variant that attends to X. */
export function attendedTwin(
  variant: AttentionVariant,
  seed: number,
  X: Rows,
  queries: Rows,
): number[][] {
  const d = columnsOf(X);
  const single = { queries, layers: 1, stack: 'context' } as const;
  switch (variant.kind) {
    case 'none':
      return queries.map((row) => [...row]);
    case 'linearized':
      return stackedAttention(X, single);
    case 'truncated':
      return unitRows(multiply(queries, truncated(X, variant.rank)));
    case 'stacked':
      return stackedAttention(X, { queries, layers: variant.layers, stack: variant.stack });
    case 'projected':
      return stackedAttention(X, {
        ...single,
        weights: (layer) => projectionWeights(seed, d, layer),
      });
    case 'softmax': {
      const given = variant.temperature;
      return softmaxAttention(X, {
        queries,
        temperature: given === 'sqrt-d' ? Math.sqrt(d) : given,
      });
    }
  }
}
