/** The projections that a seed stands for, as the twins take them. */
import { gaussian } from '../../../src/index.js';
import type { Weights } from '../../reference/attention.js';
import { build } from '../../reference/rows.js';

/** Streams of the query, key and value projections. */
const STREAMS = [10, 11, 12] as const;

/** The d x d weights of one layer, N(0, 1 / d). */
export function projectionWeights(seed: number, d: number, layer: number): Weights {
  const [queries, keys, values] = STREAMS.map((stream) => {
    const drawn = gaussian(seed, stream, (layer + 1) * d * d).subarray(layer * d * d);
    return build(d, d, (i, j) => (drawn[i * d + j] ?? NaN) / Math.sqrt(d));
  }) as [number[][], number[][], number[][]];
  return { queries, keys, values };
}
