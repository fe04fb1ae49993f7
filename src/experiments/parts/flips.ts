/** What the parts on influence flips have in common: cells that attack a network or replace it, and their costs. */
import { attackCost, cellBytes, influenceCost, type ProblemShape } from '../costs.js';
import { flipCell, reseedCell } from '../influence-cells.js';
import { controlOf, type NetworkChoice } from '../networks.js';
import type { PlannedCell } from '../part.js';
import type {
  FlipAttack,
  FlipCell,
  ModelName,
  ReadingName,
  ReproduceConfig,
  TaskName,
  TrainingName,
} from '../results.js';
import type { NetworkSetting } from '../settings.js';
import { influenceWork } from '../shared-work.js';
import type { Workbench } from '../workbench.js';

/** One intervention on the top points of one network. */
export interface FlipChoice {
  readonly attack: FlipAttack;
  readonly task: TaskName;
  readonly training: TrainingName;
  readonly model: ModelName;
  readonly reading: ReadingName;
  readonly width: number;
  /** In the unit of the reading; 0 for the control. Adversarial training uses the config's. */
  readonly eps: number;
  readonly seed: number;
}

/** What of a choice names its network. */
export type FlippedNetwork = Omit<FlipChoice, 'attack' | 'eps'>;

/** A cell of the network at the config's width for influence. */
export function plannedFlip(
  setting: NetworkSetting & Pick<FlipChoice, 'task' | 'training' | 'attack' | 'eps'>,
  config: ReproduceConfig,
  shape: ProblemShape,
): PlannedCell<FlipChoice> {
  const choice = { ...setting, width: config.influenceWidth };
  const network = networkOf(choice);
  const control = setting.attack === 'reseed';
  const points = Math.ceil(config.tau * shape.n);
  return {
    choice,
    label: flipLabel(choice),
    cost: control
      ? 0
      : attackCost(points, shape, choice.width) + influenceCost(shape, choice.width),
    // The control's network first: the other one may be under way for another cell.
    shared: [
      ...(control ? influenceWork(controlOf(network), config, shape) : []),
      ...influenceWork(network, config, shape),
    ],
    memory: cellBytes(shape, choice.width),
  };
}

function flipLabel({ attack, training, model, reading, eps, seed }: FlipChoice): string {
  const notes = [
    ...(training === 'adversarial' ? ['adversarially trained'] : []),
    ...(attack === 'reseed' ? [] : [`eps ${eps}`]),
  ];
  return [reading, model, attack, ...notes, `seed ${seed}`].join(', ');
}

/** Runs a planned flip cell. */
export async function runFlip(choice: FlipChoice, bench: Workbench): Promise<FlipCell> {
  const { attack, eps, reading } = choice;
  const { config, options } = bench;
  const network = networkOf(choice);
  if (attack === 'reseed') {
    const after = await bench.scores(controlOf(network));
    return reseedCell(await bench.influence(network), after, config);
  }
  const setting = await bench.influence(network);
  const perturbation = bench.perturbation(attack, reading, eps);
  return bench.time('attacks and flips', async () =>
    flipCell(setting, perturbation, config, options),
  );
}

/** The network of a flip cell. */
export function networkOf({
  task,
  training,
  model,
  reading,
  width,
  seed,
}: FlippedNetwork): NetworkChoice {
  return { task, training, model, reading, width, seed, weightSeed: seed };
}
