/** Names, costs and sizes of the work that cells share: what a plan counts once and a bench does once. */
import type { Settings } from './config/axes.js';
import type { DataShape, SharedWork } from './measures/measure.js';
import { COSTS, DOUBLE, bytesOf } from './costs.js';
import { SAVE_SECONDS } from './saved-trainings.js';
import { USUAL_SPEED } from './speed.js';

/** A machine may be slower than usual by this factor: a training is saved sooner than planned. */
const SLOWER = 3;

/** What decides a sample. */
export type SampleChoice = Pick<Settings, 'n' | 'test' | 'seed'>;

/** What decides the inputs of a model's first layer. */
export type InputsChoice = SampleChoice & Pick<Settings, 'model'>;

/** What decides the infinite-width kernel and its regression. */
export type RegimeChoice = InputsChoice & Pick<Settings, 'ridge'>;

/** What decides a kernel of some depth. */
export type KernelChoice = InputsChoice & Pick<Settings, 'depth' | 'trained'>;

/** What decides a trained network. */
export type NetworkChoice = InputsChoice &
  Pick<Settings, 'width' | 'sigma' | 'l2' | 'loss' | 'optimizer'> &
  Pick<Settings, 'epochs' | 'batch' | 'rate' | 'precision'>;

/** What decides influence scores. */
export type ScoresChoice = NetworkChoice & Pick<Settings, 'ridge'>;

/** The training and test points. */
export function sampleWork({ n, test, seed }: SampleChoice, data: DataShape): SharedWork {
  const { inputs: d, classes: c } = data;
  return {
    name: `sample ${n} ${test} ${seed}`,
    cost: { data: (2 * n + 2 * test) * d },
    bytes: DOUBLE * ((2 * n + test) * d + (n + test) * c),
    working: DOUBLE * test * d,
  };
}

/** The sample behind attention; the unit rows themselves, which cost nothing, without. */
export function inputsWork(choice: InputsChoice, data: DataShape): SharedWork {
  const { n, test: q, seed, model } = choice;
  const { inputs: d } = data;
  const attended = model === 'attention';
  return {
    name: `inputs ${model} ${n} ${q} ${seed}`,
    cost: attended ? { kernels: 4 * (n + q) * d * Math.min(n, d) } : {},
    bytes: attended ? DOUBLE * (n + q) * d : 0,
    working: attended ? DOUBLE * (2 * n * d + Math.min(n, d) ** 2) : 0,
  };
}

/** Kernel ridge regression with K_inf. */
export function regimeWork(choice: RegimeChoice, data: DataShape): SharedWork {
  const { n, test: q, model, seed, ridge } = choice;
  const shape = { n, q, d: data.inputs, c: data.classes };
  return {
    name: `regime ${model} ${n} ${q} ${seed} ${ridge}`,
    cost: { kernels: COSTS.infiniteKernels(shape), factors: COSTS.fit(shape) },
    bytes: bytesOf.kernel(shape) + DOUBLE * q * data.classes,
    working: bytesOf.testKernel(shape) + bytesOf.fit(shape) + bytesOf.kernelWork(shape),
  };
}

/** The NTK of a network of some depth, among training points and against test points. */
export function kernelsWork(choice: KernelChoice, data: DataShape): SharedWork {
  const { n, test: q, model, seed, depth, trained } = choice;
  const shape = { n, q, d: data.inputs, c: data.classes };
  return {
    name: `kernels ${model} ${n} ${q} ${seed} ${depth} ${trained}`,
    cost: { kernels: COSTS.infiniteKernels(shape) + 40 * n * (n + q) * (depth - 2) },
    bytes: bytesOf.kernel(shape) + bytesOf.testKernel(shape),
    working: bytesOf.kernelWork(shape),
  };
}

/** A trained network. */
export function networkWork(choice: NetworkChoice, data: DataShape): SharedWork {
  const { n, test, seed, model, width, sigma, l2, loss, optimizer } = choice;
  const { epochs, batch, rate, precision } = choice;
  const shape = { n, q: test, d: data.inputs, c: data.classes };
  const cost = {
    training: COSTS.training(shape, { width, epochs, batch }),
    steps: epochs * Math.ceil(n / batch),
  };
  const isSaved = SLOWER * USUAL_SPEED(cost) > SAVE_SECONDS;
  const parts = [model, n, test, seed, width, sigma, l2, loss, optimizer, epochs, batch, rate];
  return {
    name: ['network', ...parts, precision].join(' '),
    cost,
    bytes: 2 * bytesOf.weights(shape, width, precision),
    working:
      bytesOf.training(shape, width, precision) +
      (isSaved ? bytesOf.trainingState(shape, width, precision) : 0),
  };
}

/** Influence scores at a trained network, before any attack. */
export function scoresWork(choice: ScoresChoice, data: DataShape): SharedWork {
  const { n, test: q, width, ridge } = choice;
  const shape = { n, q, d: data.inputs, c: data.classes };
  return {
    name: `scores ${ridge} of ${networkWork(choice, data).name}`,
    cost: { gates: COSTS.empiricalKernels(shape, width), influence: COSTS.influence(shape) },
    bytes: DOUBLE * n,
    working: bytesOf.influence(shape, width),
  };
}
