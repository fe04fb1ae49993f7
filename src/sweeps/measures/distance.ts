/** `distance`: a trained network against kernel ridge regression with its infinite-width kernel. */
import { normsOf, softmaxRows } from '../../experiments/distance-cell.js';
import {
  accuracy,
  finiteWidthKernel,
  inPrecision,
  kernelRegime,
  type KernelRegime,
} from '../../experiments/networks.js';
import type { Elements, Matrix } from '../../linalg/matrix.js';
import { relativeDifference, subtract } from '../../linalg/norms.js';
import { deadUnits, type TwoLayerNetwork } from '../../models/two-layer-network.js';
import type { Bench } from '../bench.js';
import { COSTS, DOUBLE, bytesOf } from '../costs.js';
import { trainedNetwork } from '../networks.js';
import {
  inputsWork,
  networkWork,
  regimeWork,
  sampleWork,
  type RegimeChoice,
} from '../shared-work.js';
import type { Measure } from './measure.js';

export const distanceMeasure: Measure = {
  name: 'distance',
  axes: [
    ...(['model', 'n', 'test', 'width', 'seed', 'sigma', 'l2', 'loss', 'optimizer'] as const),
    ...(['epochs', 'batch', 'rate', 'precision', 'ridge'] as const),
  ],
  revision: 1,

  needs({ settings }, data) {
    const { n, test: q, width } = settings;
    const shape = { n, q, d: data.inputs, c: data.classes };
    const network = networkWork(settings, data);
    return {
      cost: { gates: 2 * COSTS.empiricalKernel(shape, width) + 4 * (n + q) * shape.d * width },
      memory:
        2 * bytesOf.kernel(shape) +
        2 * bytesOf.weights(shape, width, 'float64') +
        bytesOf.kernelWork(shape) +
        (DOUBLE / 2) * n * width,
      shared: [
        sampleWork(settings, data),
        inputsWork(settings, data),
        network,
        regimeWork(settings, data),
      ],
      group: network.name,
    };
  },

  async run({ settings }, bench) {
    const { options } = bench;
    const { precision } = settings;
    const { initial, trained, losses } = await trainedNetwork(settings, bench);
    const { K, predictions } = await regime(settings, bench);
    const { train, test } = await bench.inputs(settings);
    const { testLabels } = await bench.sample(settings);
    const outputs = await trained.predict(inPrecision(test, precision), options);
    const raw = await normsOf(subtract(outputs, predictions), options);
    const softmax = await normsOf(subtract(softmaxRows(outputs), predictions), options);
    const kernelOf = async (network: TwoLayerNetwork<Elements>): Promise<Matrix> =>
      finiteWidthKernel(network, train, { ...options, out: bench.spare(train.rows, train.rows) });
    const [atStart, atEnd] = [await kernelOf(initial), await kernelOf(trained)];
    const kernelError = relativeDifference(atStart, K);
    const kernelDrift = relativeDifference(atEnd, atStart);
    bench.giveBack(atStart, atEnd);
    return {
      ...raw,
      softmaxSpectral: softmax.spectral,
      softmaxFrobenius: softmax.frobenius,
      networkAccuracy: accuracy(outputs, testLabels),
      ridgeAccuracy: accuracy(predictions, testLabels),
      finalLoss: losses.at(-1) ?? 0,
      deadUnits: await deadUnits(trained, inPrecision(train, precision), options),
      kernelError,
      kernelDrift,
    };
  },
};

async function regime(choice: RegimeChoice, bench: Bench): Promise<KernelRegime> {
  return bench.shared(regimeWork(choice, bench.data).name, async () => {
    const inputs = await bench.inputs(choice);
    const sample = await bench.sample(choice);
    return kernelRegime(inputs, sample, choice.ridge, bench.options);
  });
}
