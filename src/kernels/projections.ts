/** Random query, key and value projections of attention. */
import { readable, requireInteger, requireObject } from '../arguments.js';
import { invalidArgument } from '../errors.js';

/**
 * Projections W_Q, W_K, W_V of d x d independent N(0, 1 / d), drawn from a seed (arXiv 2603.13085v2,
 * Proposition B.4): layer l of a stack has elements l d^2 to (l + 1) d^2 - 1 of `gaussian`'s streams 10, 11 and 12,
 * divided by sqrt(d).
 */
export interface Projections {
  /** From 0 to 2^53 - 1. */
  readonly seed: number;
}

/**
 * The seed of projections that may be left out.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT`.
 */
export function projectionSeed(projections: Projections | undefined): number | undefined {
  if (projections === undefined) return undefined;
  const given = requireObject(projections, 'projections', 'object with a seed');
  const [keys, seed] = readable('projections', () => [Object.keys(given), given['seed']]);
  const unknown = keys.find((key) => key !== 'seed');
  if (unknown !== undefined) throw invalidArgument('seed alone', 'projections', unknown);
  return requireInteger(seed, 'projections.seed', 0);
}
