/** How well influence agrees with retraining, one set of numbers for each network. */
import type {
  RemovalRecord,
  ReseedRecord,
  SubsetRecord,
  TruthRecord,
  TruthSetting,
} from '../../experiments/parts/truth-results.js';
import { mean, spearman } from '../../statistics.js';
import { distinct } from './records.js';

/** The agreement at one network. Null where too few retrainings have finished. */
export interface Agreement extends Pick<
  TruthSetting,
  'reading' | 'model' | 'width' | 'seed' | 'context'
> {
  /** Points removed one at a time, subsets, and other seeds. */
  readonly removals: number;
  readonly subsets: number;
  readonly reseeds: number;
  /** Spearman's rho over removed points of influence and change of loss, mean over the test points. */
  readonly spearman: number | null;
  /** The same of the aggregate scores: influence and change both averaged over the test points first. */
  readonly aggregateSpearman: number | null;
  /** Share of pairs of a test and a removed point in which influence and change have the same sign, zeros left out. */
  readonly signAgreement: number | null;
  /** The same, each pair weighted by |influence|. */
  readonly weightedSignAgreement: number | null;
  /** Spearman's rho over subsets of summed influence and -loss, mean over the test points (Park et al., 2023). */
  readonly lds: number | null;
  /** Root mean square change of a test loss under another seed over that under one point's removal. */
  readonly seedNoise: number | null;
}

/** A rank correlation of fewer values than this says nothing. */
const LEAST_RANKS = 3;

/** One agreement for each network that points were removed from. */
export function agreements(records: readonly TruthRecord[]): Agreement[] {
  const networks = distinct(records, networkKey);
  return networks.flatMap((key) => {
    const ofNetwork = records.filter((record) => networkKey(record) === key);
    const [first] = ofNetwork;
    return first === undefined ? [] : [agreement(first, ofNetwork)];
  });
}

function networkKey({ reading, model, width, seed, context }: TruthSetting): string {
  return [reading, model, width, seed, context].join(' ');
}

function agreement(setting: TruthSetting, records: readonly TruthRecord[]): Agreement {
  const removals = records.filter((record) => record.kind === 'truth-removal');
  const subsets = records.filter((record) => record.kind === 'truth-subset');
  const reseeds = records.filter((record) => record.kind === 'truth-reseed');
  const { reading, model, width, seed, context } = setting;
  return {
    ...{ reading, model, width, seed, context },
    removals: removals.length,
    subsets: subsets.length,
    reseeds: reseeds.length,
    spearman: meanCorrelation(
      removals.map(({ influence }) => influence),
      removals.map(({ change }) => change),
    ),
    aggregateSpearman: correlation(
      removals.map(({ influence }) => mean(influence)),
      removals.map(({ change }) => mean(change)),
    ),
    ...signs(removals),
    lds: linearDatamodelingScore(subsets),
    seedNoise: seedNoise(removals, reseeds),
  };
}

function linearDatamodelingScore(subsets: readonly SubsetRecord[]): number | null {
  return meanCorrelation(
    subsets.map(({ influence }) => influence),
    subsets.map(({ loss }) => loss.map((value) => -value)),
  );
}

/** Mean over the test points of the rank correlation over retrainings; test points without one are left out. */
function meanCorrelation(
  predicted: readonly (readonly number[])[],
  measured: readonly (readonly number[])[],
): number | null {
  const points = Array.from(predicted[0] ?? [], (_, t) =>
    correlation(
      predicted.map((ofRetraining) => ofRetraining[t] ?? NaN),
      measured.map((ofRetraining) => ofRetraining[t] ?? NaN),
    ),
  ).filter((rho) => rho !== null);
  return points.length === 0 ? null : mean(points);
}

function correlation(predicted: readonly number[], measured: readonly number[]): number | null {
  return predicted.length < LEAST_RANKS ? null : spearman(predicted, measured);
}

function signs(
  removals: readonly RemovalRecord[],
): Pick<Agreement, 'signAgreement' | 'weightedSignAgreement'> {
  let [pairs, agreeing, weight, agreeingWeight] = [0, 0, 0, 0];
  for (const { influence, change } of removals) {
    influence.forEach((predicted, t) => {
      const product = predicted * (change[t] ?? NaN);
      if (product === 0) return;
      pairs++;
      weight += Math.abs(predicted);
      if (product < 0) return;
      agreeing++;
      agreeingWeight += Math.abs(predicted);
    });
  }
  return pairs === 0
    ? { signAgreement: null, weightedSignAgreement: null }
    : { signAgreement: agreeing / pairs, weightedSignAgreement: agreeingWeight / weight };
}

function seedNoise(
  removals: readonly RemovalRecord[],
  reseeds: readonly ReseedRecord[],
): number | null {
  const ofRemoval = rootMeanSquare(removals.flatMap(({ change }) => change));
  const ofSeed = rootMeanSquare(reseeds.flatMap(({ change }) => change));
  return ofRemoval === null || ofSeed === null || ofRemoval === 0 ? null : ofSeed / ofRemoval;
}

function rootMeanSquare(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.sqrt(mean(values.map((value) => value ** 2)));
}
