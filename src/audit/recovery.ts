/** A test of the ranking on the data itself: some labels are flipped on purpose, and it has to find them. */
import { oneHot } from '../data/dataset.js';
import { KernelRidge } from '../influence/kernel-ridge.js';
import type { Matrix } from '../linalg/matrix.js';
import type { RunOptions } from '../options.js';
import { STREAMS, permutation, uniform } from '../random.js';
import { detection } from './detection.js';
import { labelScores, leftOutOutputs } from './label-scores.js';
import type { Recovery } from './result.js';

/** Share of the labels that are flipped. */
export const PLANTED_SHARE = 0.1;

/** Flips a tenth of the labels to random other classes in a copy, and ranks all points anew. */
export async function recoverPlanted(
  K: Matrix,
  labels: Int32Array,
  classes: number,
  ridge: number,
  seed: number,
  run: RunOptions,
): Promise<Recovery> {
  const n = labels.length;
  const planted = permutation(seed, STREAMS.auditFlips, n).slice(0, Math.ceil(PLANTED_SHARE * n));
  const draws = uniform(seed, STREAMS.auditFlippedTo, n);
  const flipped = labels.slice();
  for (const i of planted) {
    const step = 1 + Math.floor((draws[i] ?? 0) * (classes - 1));
    flipped[i] = ((labels[i] ?? 0) + step) % classes;
  }
  const Y = oneHot(flipped, classes);
  const model = await KernelRidge.fit(K, Y, { ...run, ridge });
  const scores = labelScores(await leftOutOutputs(model, Y, run), flipped);
  const known = new Set(planted);
  return {
    planted: known.size,
    suspicion: detection(
      scores.map(({ suspicion }) => suspicion),
      known,
    ),
    confidence: detection(
      scores.map(({ confidence }) => -confidence),
      known,
    ),
  };
}
