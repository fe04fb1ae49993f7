/** Ground truth for influence: every retraining of every network is a cell of its own. */
import { cellBytes, dataBytes, networkBytes, type ProblemShape } from '../costs.js';
import { CONTROL_SEED } from '../networks.js';
import type { Part, PlannedCell, SharedWork } from '../part.js';
import type { ModelName, ReproduceConfig } from '../results.js';
import { networkSettings, type NetworkSetting } from '../settings.js';
import type { Workbench } from '../workbench.js';
import { settingsUnder, type NetworkSettings } from './network.js';
import type { RemovalContext, TruthSettings } from './truth-results.js';
import {
  baselineCost,
  removalRecord,
  removedPoints,
  reseedRecord,
  retrainingCost,
  subsetRecord,
  truthBaseline,
  type TruthBaseline,
} from './truth-retraining.js';

/** Without the point at a place of a random order, on one of the random subsets, or from one of the other seeds. */
type Retraining =
  | { readonly kind: 'removal'; readonly place: number }
  | { readonly kind: 'subset'; readonly subset: number; readonly size: number }
  | { readonly kind: 'reseed'; readonly number: number };

/** What decides a network that is trained again. */
interface TruthNetwork extends NetworkSetting {
  readonly width: number;
  readonly trainCount: number;
  readonly testCount: number;
  readonly epochs: number;
}

/** One retraining. */
export interface RetrainingChoice extends TruthNetwork {
  readonly context: RemovalContext;
  readonly retraining: Retraining;
}

export const truth: Part<RetrainingChoice> = {
  name: 'truth',

  plan(config, shape) {
    const { truth: wanted } = config;
    const trainCount = Math.min(config.trainCount, wanted.trainCount);
    const testCount = Math.min(config.testCount, wanted.testCount);
    const epochs = Math.min(config.epochs, wanted.epochs);
    const own = { ...shape, n: trainCount, q: testCount };
    return networkSettings(config).flatMap((setting) =>
      wanted.widths.flatMap((width) => {
        const network = { ...setting, width, trainCount, testCount, epochs };
        return contextsOf(setting.model, wanted).flatMap((context) =>
          retrainings(wanted, trainCount).map((retraining) =>
            plannedRetraining({ ...network, context, retraining }, config, own),
          ),
        );
      }),
    );
  },

  async run(choice, bench) {
    const { context, retraining, seed } = choice;
    const { options } = bench;
    const shared = await sharedBaseline(choice, bench);
    const baseline = { ...shared, choice: { ...shared.choice, context } };
    return bench.time('retraining', async () => {
      switch (retraining.kind) {
        case 'removal': {
          const { place } = retraining;
          const point = removedPoints(baseline.sample, place + 1)[place] ?? NaN;
          return removalRecord(baseline, point, options);
        }
        case 'subset':
          return subsetRecord(baseline, retraining.subset, retraining.size, options);
        case 'reseed':
          return reseedRecord(baseline, seed + (1 + retraining.number) * CONTROL_SEED, options);
      }
    });
  },
};

function plannedRetraining(
  choice: RetrainingChoice,
  config: ReproduceConfig,
  own: ProblemShape,
): PlannedCell<RetrainingChoice> {
  const { reading, model, width, context, seed } = choice;
  const attends = model === 'attention' ? [`context ${context}`] : [];
  return {
    choice,
    label: [
      ...[reading, model, `width ${width}`, ...attends],
      ...[retrainingLabel(choice.retraining), `seed ${seed}`],
    ].join(', '),
    cost: retrainingCost(choice, networkOf(choice, config), own),
    shared: [baselineWork(choice, config, own)],
    memory: cellBytes(own, width) + dataBytes(own),
  };
}

function retrainingLabel(retraining: Retraining): string {
  switch (retraining.kind) {
    case 'removal':
      return `removal ${retraining.place}`;
    case 'subset':
      return `subset ${retraining.subset}`;
    case 'reseed':
      return `other seed ${retraining.number}`;
  }
}

function retrainings(
  { removals, subsets, reseeds, subsetShare }: TruthSettings,
  trainCount: number,
): Retraining[] {
  const size = Math.max(1, Math.round(subsetShare * trainCount));
  const numbered = <Item>(count: number, item: (number: number) => Item): Item[] =>
    Array.from({ length: count }, (_, number) => item(number));
  return [
    ...numbered(Math.min(removals, trainCount), (place) => ({ kind: 'removal', place }) as const),
    ...numbered(subsets, (subset) => ({ kind: 'subset', subset, size }) as const),
    ...numbered(reseeds, (number) => ({ kind: 'reseed', number }) as const),
  ];
}

/** 2L-ReLU attends to nothing: its retrainings are the same in both contexts. */
function contextsOf(model: ModelName, { contexts }: TruthSettings): readonly RemovalContext[] {
  return model === 'relu' ? ['recomputed'] : contexts;
}

function networkOf(
  { reading, width, seed, epochs }: TruthNetwork,
  config: ReproduceConfig,
): NetworkSettings {
  return settingsUnder(reading, { width, seed, epochs }, config);
}

/** The network trained on all points, and the influence at it: the same in both contexts. */
function baselineWork(
  choice: TruthNetwork,
  config: ReproduceConfig,
  own: ProblemShape,
): SharedWork {
  const { reading, model, width, seed, trainCount, testCount, epochs } = choice;
  return {
    name: ['truth', reading, model, width, seed, trainCount, testCount, epochs].join(' '),
    cost: baselineCost(networkOf(choice, config), own),
  };
}

async function sharedBaseline(choice: RetrainingChoice, bench: Workbench): Promise<TruthBaseline> {
  const { model, reading, context, seed, width } = choice;
  const { config } = bench;
  const own = bench.shapeOf(choice);
  const sample = await bench.sample('multiclass', seed, choice);
  const bytes =
    dataBytes(own) + networkBytes(own, width, config.trainPrecision) + 8 * own.n * own.q;
  return bench.shared(baselineWork(choice, config, own), bytes, 'training', async (options) => {
    const which = { model, reading, context, ridge: config.ridge };
    return truthBaseline(which, sample, networkOf(choice, config), options);
  });
}
