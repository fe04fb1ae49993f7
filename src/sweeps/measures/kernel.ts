/** `kernel`: kernel ridge regression with the infinite-width NTK of a network of some depth. */
import { NtkitError } from '../../errors.js';
import { accuracy } from '../../experiments/networks.js';
import { KernelRidge } from '../../influence/kernel-ridge.js';
import { deepNtk, infiniteNtk } from '../../kernels/infinite-ntk.js';
import type { Matrix } from '../../linalg/matrix.js';
import { frobeniusNorm, subtract } from '../../linalg/norms.js';
import { kernelTargetAlignment } from '../../spectrum/alignment.js';
import type { Bench } from '../bench.js';
import { COSTS, bytesOf } from '../costs.js';
import { inputsWork, kernelsWork, sampleWork, type KernelChoice } from '../shared-work.js';
import type { Measure } from './measure.js';

export const kernelMeasure: Measure = {
  name: 'kernel',
  axes: ['model', 'n', 'test', 'depth', 'trained', 'seed', 'ridge'],
  revision: 1,

  needs({ settings }, data) {
    const { n, test: q, depth, trained } = settings;
    if (trained === 'first' && depth > 2) {
      throw new NtkitError(
        'ERR_INVALID_ARGUMENT',
        `Expected 'all' for trained with a depth of ${depth} but received 'first', which is of two layers`,
      );
    }
    const shape = { n, q, d: data.inputs, c: data.classes };
    return {
      cost: { factors: COSTS.fit(shape) },
      // Predicting the training points themselves copies the kernel.
      memory: bytesOf.fit(shape) + bytesOf.kernel(shape),
      shared: [sampleWork(settings, data), inputsWork(settings, data), kernelsWork(settings, data)],
    };
  },

  async run({ settings }, bench) {
    const { K, Kt } = await kernels(settings, bench);
    const { labels, testLabels, Y, Yt } = await bench.sample(settings);
    const regression = await KernelRidge.fit(K, Y, { ...bench.options, ridge: settings.ridge });
    const outputs = await regression.predict(Kt, bench.options);
    const fitted = await regression.predict(K, bench.options);
    const { smallestPivot, residual, conditionEstimate } = regression.diagnostics;
    return {
      accuracy: accuracy(outputs, testLabels),
      loss: frobeniusNorm(subtract(outputs, Yt)) ** 2 / (2 * outputs.rows),
      trainAccuracy: accuracy(fitted, labels),
      alignment: await kernelTargetAlignment(K, Y, bench.options),
      ...{ conditionEstimate, smallestPivot, residual },
    };
  },
};

/** The kernels of a choice: the network's first layer trained, or all layers of any depth (with He scaling). */
async function kernels(choice: KernelChoice, bench: Bench): Promise<{ K: Matrix; Kt: Matrix }> {
  return bench.shared(kernelsWork(choice, bench.data).name, async () => {
    const { train, test } = await bench.inputs(choice);
    const { depth, trained } = choice;
    const { options } = bench;
    const ntk = async (Z: Matrix | undefined): Promise<Matrix> =>
      trained === 'first'
        ? infiniteNtk(train, Z, options)
        : deepNtk(train, Z, { ...options, depth });
    return { K: await ntk(undefined), Kt: await ntk(test) };
  });
}
