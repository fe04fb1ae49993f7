/** The cells of the multiverse that read Tables 2 to 4: one trained network under one unit of eps each. */
import { cellBytes, kernelBytes, networkBytes, type ProblemShape } from '../costs.js';
import type { PlannedCell, SharedWork } from '../part.js';
import type { ModelName, ReproduceConfig, TaskName } from '../results.js';
import type { Workbench } from '../workbench.js';
import {
  FLIP_LOSSES,
  flipNetwork,
  flipNetworkCost,
  multiverseFlipsCost,
  multiverseFlipsRecord,
  type FlipAxes,
  type FlipMeasurement,
} from './multiverse-flips.js';
import { combinations } from './multiverse-readings.js';
import type { FlipReading, MultiverseAttack, MultiverseFlipsRecord } from './multiverse-results.js';
import { pixelScale } from './multiverse-world.js';
import type { NetworkSettings } from './network.js';

interface FlipCellNetwork {
  readonly table: FlipReading['table'];
  readonly model: ModelName;
  readonly seed: number;
  readonly sigma: number;
  readonly eps: FlipReading['eps'];
}

/** A network and a unit of eps, and the readings of them that are taken. */
export interface MultiverseFlipsChoice extends FlipCellNetwork {
  readonly shows: 'flips';
  readonly width: number;
  readonly trainCount: number;
  readonly testCount: number;
  readonly attacks: readonly MultiverseAttack[];
  readonly axes: FlipAxes;
}

/** A cell for each network and unit of eps of the readings of Tables 2 to 4. */
export function plannedFlips(
  config: ReproduceConfig,
  shape: ProblemShape,
): PlannedCell<MultiverseFlipsChoice>[] {
  const { flips, flipTrainCount, flipTestCount, flipWidth: width } = config.multiverse;
  const { table, sigma, eps, ...axes } = flips;
  const trainCount = Math.min(config.trainCount, flipTrainCount);
  const testCount = Math.min(config.testCount, flipTestCount);
  const own = { ...shape, n: trainCount, q: testCount };
  const networks = combinations<FlipCellNetwork>({
    ...{ seed: config.seeds, model: config.models },
    ...{ table, sigma, eps },
  });
  return networks.map((network) => {
    // The paper's Table 4 has PGD alone.
    const attacks = network.table === 't4' ? (['pgd'] as const) : config.attacks;
    const sizes = { width, trainCount, testCount };
    const choice = { shows: 'flips', ...network, ...sizes, attacks, axes } as const;
    const which = { ...network, settings: settingsOf(choice, config) };
    return {
      choice,
      label: labelOf(choice),
      cost: multiverseFlipsCost(which, measurementOf(choice, config), axes, own),
      shared: [networkWork(choice, config, own)],
      // The fixed context has a kernel of the clean, the perturbed and the test points.
      memory:
        cellBytes(own, width) +
        2 * axes.kernel.length * kernelBytes({ ...own, n: 2 * own.n + own.q }),
    };
  });
}

/** The flip rates of one network. */
export async function runFlips(
  choice: MultiverseFlipsChoice,
  bench: Workbench,
): Promise<MultiverseFlipsRecord> {
  const { table, model, seed, eps, width, axes } = choice;
  const { config, options, dataset } = bench;
  const own = bench.shapeOf(choice);
  const task: TaskName = table === 't3' ? 'binary' : 'multiclass';
  const sample = await bench.sample(task, seed, choice);
  const inputs = await bench.inputs(task, model, seed, choice);
  const ball = { eps, radius: config.eps, pixelScale: pixelScale(dataset) };
  const which = { table, model, settings: settingsOf(choice, config), ball };
  const network = await bench.shared(
    networkWork(choice, config, own),
    networkBytes(own, width, config.trainPrecision),
    'training',
    async (shared) => flipNetwork(which, sample, inputs, shared),
  );
  const measurement = measurementOf(choice, config);
  return bench.time('multiverse, flips', async () =>
    multiverseFlipsRecord(which, network, measurement, axes, sample, inputs, options),
  );
}

function labelOf({ table, model, sigma, eps, seed }: MultiverseFlipsChoice): string {
  return [table, model, `sigma ${sigma}`, `eps ${eps}`, `seed ${seed}`].join(', ');
}

function settingsOf(
  { table, width, seed, sigma }: MultiverseFlipsChoice,
  config: ReproduceConfig,
): NetworkSettings {
  const { batchSize, learningRate, weightDecay, trainPrecision: precision } = config;
  return {
    ...{ width, seed, scale: sigma, loss: FLIP_LOSSES[table] },
    epochs: table === 't4' ? config.adversarialEpochs : config.epochs,
    ...{ batchSize, learningRate, weightDecay, precision },
  };
}

function measurementOf(
  { attacks }: MultiverseFlipsChoice,
  { tau, ridge }: ReproduceConfig,
): FlipMeasurement {
  return { attacks, tau, ridge };
}

/** The trained network: only adversarial training depends on the unit of eps. */
function networkWork(
  choice: MultiverseFlipsChoice,
  config: ReproduceConfig,
  own: ProblemShape,
): SharedWork {
  const { table, model, seed, sigma, eps, width, trainCount } = choice;
  const ball = table === 't4' ? [eps] : [];
  return {
    name: ['multiverse network', table, model, seed, sigma, width, trainCount, ...ball].join(' '),
    cost: flipNetworkCost({ table, settings: settingsOf(choice, config) }, own),
  };
}
