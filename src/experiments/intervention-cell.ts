/** What influence, accuracy and loss become when training points are removed or perturbed. */
import { malleability } from '../influence/malleability.js';
import type { RunOptions } from '../options.js';
import {
  influenceScores,
  scoresUnderAttack,
  topPoints,
  type InfluenceSetting,
  type Perturbation,
  type Scores,
} from './influence-cells.js';
import type { InterventionCell, InterventionName, ReproduceConfig } from './results.js';
import { modelInputs, withoutPoints } from './sample.js';

/**
 * Intervenes on the training points and computes the influence of those that are there afterwards. The attention
 * context is recomputed from the changed data.
 *
 * @param perturbation - how points are perturbed, unless they are removed.
 */
export async function interventionCell(
  setting: InfluenceSetting,
  intervention: InterventionName,
  perturbation: Perturbation,
  config: ReproduceConfig,
  options: RunOptions,
): Promise<InterventionCell> {
  const { choice, before, sample } = setting;
  const removed = new Set(intervention === 'curated' ? topPoints(before, config) : []);
  const after =
    intervention === 'curated'
      ? await scoresWithout(setting, removed, config, options)
      : await scoresUnderAttack(
          setting,
          intervention === 'transformed'
            ? topPoints(before, config)
            : sample.indices.map((_, i) => i),
          perturbation,
          config,
          options,
        );
  const scoresBefore = before.values.filter((_, i) => !removed.has(i));
  const result = malleability(scoresBefore, after.values, {
    tau: config.tau,
    floor: Math.max(before.floor, after.floor),
  });
  return {
    kind: 'intervention',
    intervention,
    ...{ reading: choice.reading, model: choice.model, width: choice.width, seed: choice.seed },
    eps: removed.size > 0 ? 0 : perturbation.eps,
    epsPixels: removed.size > 0 ? 0 : perturbation.epsPixels,
    compared: scoresBefore.length,
    flipRate: result.flipRate,
    weightedFlipRate: result.weightedFlipRate,
    spearman: result.spearman,
    kendall: result.kendall,
    topOverlap: result.topOverlap,
    accuracyBefore: before.accuracy,
    accuracyAfter: after.accuracy,
    lossBefore: before.loss,
    lossAfter: after.loss,
  };
}

/** Scores of the other training points once some are removed. */
async function scoresWithout(
  { choice, network, sample }: InfluenceSetting,
  removed: ReadonlySet<number>,
  config: ReproduceConfig,
  options: RunOptions,
): Promise<Scores> {
  const rest = withoutPoints(sample, removed);
  const inputs = await modelInputs(choice.model, rest.X, rest.Z, options);
  return influenceScores(network, inputs, rest, config.ridge, options);
}
