/** What influence, accuracy and loss become when training points are removed or perturbed, and for another seed. */
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

/** What an intervention on training points does to them. */
type Change = Exclude<InterventionName, 'reseed'>;

/**
 * Intervenes on the training points and computes the influence of those that are there afterwards. The attention
 * context is recomputed from the changed data.
 *
 * @param perturbation - how points are perturbed, unless they are removed.
 */
export async function interventionCell(
  setting: InfluenceSetting,
  intervention: Change,
  perturbation: Perturbation,
  config: ReproduceConfig,
  options: RunOptions,
): Promise<InterventionCell> {
  const { before, sample } = setting;
  const top = topPoints(before, config);
  if (intervention === 'curated') {
    const removed = new Set(top);
    const after = await scoresWithout(setting, removed, config, options);
    return comparison(setting, { intervention, removed, after, eps: 0, epsPixels: 0 }, config);
  }
  const points = intervention === 'transformed' ? top : sample.indices.map((_, i) => i);
  const after = await scoresUnderAttack(setting, points, perturbation, config, options);
  const { eps, epsPixels } = perturbation;
  return comparison(setting, { intervention, removed: new Set(), after, eps, epsPixels }, config);
}

/** The control: the scores of a network trained on the same clean data from another seed. */
export function reseedIntervention(
  setting: InfluenceSetting,
  after: Scores,
  config: ReproduceConfig,
): InterventionCell {
  const untouched = { removed: new Set<number>(), eps: 0, epsPixels: 0 };
  return comparison(setting, { intervention: 'reseed', after, ...untouched }, config);
}

/** What came of an intervention. */
interface Outcome extends Pick<InterventionCell, 'intervention' | 'eps' | 'epsPixels'> {
  readonly removed: ReadonlySet<number>;
  /** Of the points that are left. */
  readonly after: Scores;
}

function comparison(
  { choice, before }: InfluenceSetting,
  { intervention, removed, after, eps, epsPixels }: Outcome,
  config: ReproduceConfig,
): InterventionCell {
  const scoresBefore = before.values.filter((_, i) => !removed.has(i));
  const result = malleability(scoresBefore, after.values, {
    tau: config.tau,
    floor: Math.max(before.floor, after.floor),
  });
  return {
    kind: 'intervention',
    intervention,
    ...{ reading: choice.reading, model: choice.model, width: choice.width, seed: choice.seed },
    ...{ eps, epsPixels },
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
