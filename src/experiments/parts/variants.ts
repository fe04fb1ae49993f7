/** Networks behind variants of attention, which the parts `spectrum` and `attention` have in common. */
import { cellBytes, trainingCost, type ProblemShape } from '../costs.js';
import { controlOf, type NetworkChoice } from '../networks.js';
import type { CellChoice, PlannedCell, SharedWork } from '../part.js';
import type { ModelName, ReadingName, ReproduceConfig } from '../results.js';
import { influenceWork, networkWork, regimeWork, scoresWork } from '../shared-work.js';
import {
  trainVariant,
  variantNetwork,
  variantNetworkCost,
  variantTrainCost,
  type VariantState,
} from '../studies/attention-study.js';
import type { AttentionVariant, VariantNetworkRecord } from '../studies/attention-study-results.js';
import type { Workbench } from '../workbench.js';

/** One network behind a variant. */
export interface VariantChoice extends CellChoice {
  readonly study: 'network';
  readonly variant: AttentionVariant;
  readonly reading: ReadingName;
  readonly width: number;
  /** Whether a network of another seed is compared, too. */
  readonly control: boolean;
}

/** Every variant at the widths and readings that the config has for them, with a control at the largest width. */
export function plannedVariants(
  variants: readonly AttentionVariant[],
  config: ReproduceConfig,
  shape: ProblemShape,
): PlannedCell<VariantChoice>[] {
  const { seeds, variantWidths, variantReadings } = config;
  const readings = config.readings.filter((reading) => variantReadings.includes(reading));
  const largest = Math.max(...variantWidths);
  return seeds.flatMap((seed) =>
    variants.flatMap((variant) =>
      readings.flatMap((reading) =>
        variantWidths.map((width): PlannedCell<VariantChoice> => {
          const control = width === largest;
          const choice = { study: 'network', variant, reading, width, seed, control } as const;
          const model = modelOf(variant);
          return {
            choice: model === undefined ? choice : { ...choice, model },
            label: `${reading}, ${nameOf(variant)}, width ${width}, seed ${seed}`,
            cost: 0,
            shared: worksOf(choice, config, shape),
            memory: cellBytes(shape, width) + variantBytes(variant, shape),
          };
        }),
      ),
    ),
  );
}

/** Trains the network, where no other part has, and compares it with its kernel. */
export async function runVariant(
  choice: VariantChoice,
  bench: Workbench,
): Promise<VariantNetworkRecord> {
  const { variant, seed } = choice;
  const { config, dataset } = bench;
  const sample = await bench.sample('multiclass', seed);
  const setting = { choice: networkOf(choice), sample, pixelStd: dataset.pixelStd, config };
  const known = await knownState(choice, bench);
  const work = comparisonWork(choice, config, bench.shape);
  return bench.shared(work, RECORD_BYTES, 'attention variants', async (options) => {
    const state = known ?? (await trainVariant(variant, setting, choice.control, options));
    return variantNetwork(variant, setting, state, options);
  });
}

/** The numbers of one record. */
const RECORD_BYTES = 1024;

/** The models of the paper are networks that the tables train, too. */
function modelOf({ kind }: AttentionVariant): ModelName | undefined {
  if (kind === 'none') return 'relu';
  return kind === 'linearized' ? 'attention' : undefined;
}

async function knownState(
  choice: VariantChoice,
  bench: Workbench,
): Promise<VariantState | undefined> {
  const model = modelOf(choice.variant);
  if (model === undefined) return undefined;
  // The control's network first: the other one may be under way for another cell.
  const control = choice.control ? await bench.scores(controlOf(networkOf(choice))) : undefined;
  const network = await bench.network(networkOf(choice));
  const regime = await bench.regime('multiclass', model, choice.seed);
  const before = await bench.scores(networkOf(choice));
  const inputs = await bench.inputs('multiclass', model, choice.seed);
  return { inputs, regime, network, before, control };
}

/** Initial weights and the order of batches are the same behind every variant. */
function networkOf({ variant, reading, width, seed }: VariantChoice): NetworkChoice {
  const model = modelOf(variant) ?? 'attention';
  return {
    task: 'multiclass',
    training: 'standard',
    model,
    reading,
    width,
    seed,
    weightSeed: seed,
  };
}

function worksOf(
  choice: VariantChoice,
  config: ReproduceConfig,
  shape: ProblemShape,
): SharedWork[] {
  const model = modelOf(choice.variant);
  const comparison = comparisonWork(choice, config, shape);
  if (model === undefined) return [comparison];
  const network = networkOf(choice);
  return [
    ...(choice.control ? influenceWork(controlOf(network), config, shape) : []),
    networkWork(network, config, shape),
    regimeWork('multiclass', model, choice.seed, shape),
    scoresWork(network, config, shape),
    comparison,
  ];
}

/** The whole of a variant's work, but for what the tables share. */
function comparisonWork(
  { variant, reading, width, seed, control }: VariantChoice,
  config: ReproduceConfig,
  shape: ProblemShape,
): SharedWork {
  const networks = control ? 2 : 1;
  const training =
    modelOf(variant) === undefined
      ? networks * trainingCost(config, shape, width) + variantTrainCost(variant, shape, width)
      : 0;
  return {
    name: ['variant', nameOf(variant), reading, width, seed, ...(control ? ['control'] : [])].join(
      ' ',
    ),
    cost: training + variantNetworkCost(variant, shape, width),
  };
}

/** A variant in plans and progress. */
export function nameOf(variant: AttentionVariant): string {
  switch (variant.kind) {
    case 'truncated':
      return `truncated to rank ${variant.rank}`;
    case 'stacked':
      return `${variant.layers} layers of ${variant.stack}`;
    case 'softmax':
      return `softmax at temperature ${variant.temperature}`;
    default:
      return variant.kind;
  }
}

const DOUBLE = 8;

/** Bytes of a variant's rows and maps, and of the kernels before and after training. */
function variantBytes({ kind }: AttentionVariant, { n, q, d }: ProblemShape): number {
  const side = Math.min(n, d);
  const maps: Partial<Record<AttentionVariant['kind'], number>> = {
    projected: 5 * d * d,
    truncated: 3 * side * side,
    softmax: 2 * n * (n + q),
  };
  return DOUBLE * (2 * n * n + 2 * (n + q) * d + (maps[kind] ?? 0));
}
