/**
 * `flips`: how the influence of the training points changes once the most influential are replaced by adversarial versions
 * of themselves. The context of attention is recomputed from the perturbed data.
 */
import { fgsm, mim, pgd, type AttackTarget } from '../../attacks/linf.js';
import { unitRows } from '../../data/dataset.js';
import { influenceScores, replaceRows, type Scores } from '../../experiments/influence-cells.js';
import { inPrecision } from '../../experiments/networks.js';
import { malleability } from '../../influence/malleability.js';
import { linearizedAttention } from '../../kernels/attention.js';
import type { Elements, Matrix } from '../../linalg/matrix.js';
import type { Bench, BenchInputs } from '../bench.js';
import type { Settings } from '../config/axes.js';
import { COSTS, bytesOf } from '../costs.js';
import { scoresBefore, trainedNetwork } from '../networks.js';
import { inputsWork, networkWork, sampleWork, scoresWork } from '../shared-work.js';
import type { Measure, Values } from './measure.js';

/** Gradients of PGD and MIM. */
const STEPS = 10;

export const flipsMeasure: Measure = {
  name: 'flips',
  axes: [
    ...(['model', 'n', 'test', 'width', 'seed', 'sigma', 'l2', 'loss', 'optimizer'] as const),
    ...(['epochs', 'batch', 'rate', 'precision', 'ridge'] as const),
    ...(['attack', 'eps', 'epsUnits', 'tau'] as const),
  ],
  revision: 2,

  needs({ settings }, data) {
    const { n, test: q, width, attack, tau } = settings;
    const shape = { n, q, d: data.inputs, c: data.classes };
    const network = networkWork(settings, data);
    const points = Math.ceil(tau * n);
    const steps = attack === 'fgsm' ? 1 : STEPS;
    const attended = inputsWork(settings, data);
    return {
      cost: {
        attacks: COSTS.attack(points, steps, shape, settings),
        kernels: attended.cost.kernels ?? 0,
        gates: COSTS.empiricalKernels(shape, width),
        influence: COSTS.influence(shape),
        data: 2 * n * shape.d + COSTS.rankings(shape),
      },
      memory: bytesOf.influence(shape, width) + sampleWork(settings, data).bytes,
      shared: [sampleWork(settings, data), attended, network, scoresWork(settings, data)],
      group: network.name,
    };
  },

  async run({ settings }, bench) {
    const before = await scoresBefore(settings, bench);
    const { tau, ridge } = settings;
    const top = malleability(before.values, before.values, { tau }).topIndices;
    const { trained } = await trainedNetwork(settings, bench);
    const sample = await bench.sample(settings);
    const adversarial = await perturbed(settings, top, bench);
    const points = replaceRows(sample.points, top, adversarial);
    const inputs = await attendedInputs(settings.model, unitRows(points).matrix, sample.Z, bench);
    const after = await influenceScores(trained, inputs, sample, ridge, bench.options);
    return {
      ...changes(before, after, tau),
      accuracyBefore: before.accuracy,
      accuracyAfter: after.accuracy,
    };
  },
};

/** Adversarial versions of the given training points, against the trained network. */
async function perturbed(
  settings: Settings,
  indices: ArrayLike<number>,
  bench: Bench,
): Promise<Matrix> {
  const { model, loss, precision, attack, eps, epsUnits, seed } = settings;
  const { X, Y, points } = await bench.sample(settings);
  const { trained } = await trainedNetwork(settings, bench);
  const { range, deviation } = bench.data;
  // Points are rounded with the precision, and so is what they must not exceed.
  const clip = precision === 'float32' ? roundedRange(range) : range;
  const target: AttackTarget<Elements> = {
    network: trained,
    context: model === 'attention' ? inPrecision(X, precision) : undefined,
    loss,
  };
  const chosen = inPrecision(points.selectRows(indices), precision);
  const targets = inPrecision(Y.selectRows(indices), precision);
  const scale = epsUnits === 'standardized' ? { scale: deviation } : {};
  const ball = { ...bench.options, eps, epsUnits, clip, ...scale };
  const run = {
    fgsm: async () => fgsm(target, chosen, targets, ball),
    pgd: async () => pgd(target, chosen, targets, { ...ball, seed }),
    mim: async () => mim(target, chosen, targets, ball),
  }[attack];
  return (await run()).adversarial.toFloat64();
}

function roundedRange([low, high]: readonly [number, number]): [number, number] {
  return [Math.fround(low), Math.fround(high)];
}

async function attendedInputs(
  model: Settings['model'],
  X: Matrix,
  Z: Matrix,
  { options }: Bench,
): Promise<BenchInputs> {
  if (model === 'relu') return { train: X, test: Z };
  const train = await linearizedAttention(X, options);
  return { train, test: await linearizedAttention(X, { ...options, queries: Z }) };
}

function changes(before: Scores, after: Scores, tau: number): Values {
  const floor = Math.max(before.floor, after.floor);
  const result = malleability(before.values, after.values, { tau, floor });
  return {
    flipRate: result.flipRate,
    weightedFlipRate: result.weightedFlipRate,
    indeterminate: result.indeterminate,
    topCount: result.topIndices.length,
    spearman: result.spearman,
    kendall: result.kendall,
    topOverlap: result.topOverlap,
  };
}
