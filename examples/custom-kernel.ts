/** A kernel of one's own: ridge regression with a Gaussian kernel, over its bandwidth and the regularisation. */
import { KernelRidge, crossGram, gram, runSweep, type Matrix, type Measure } from 'ntkit';

/** exp(-|x - z|^2 / (2 h^2)) of unit rows, whose squared distance is 2 - 2 x.z. */
function gaussianOf(products: Matrix, bandwidth: number): Matrix {
  products.data.forEach((product, i) => {
    products.data[i] = Math.exp((product - 1) / bandwidth ** 2);
  });
  return products;
}

const gaussianKernel: Measure = {
  name: 'gaussian',
  axes: ['n', 'test', 'seed', 'ridge'],
  parameters: { bandwidth: [0.25, 0.5, 1] },
  revision: 1,
  async run({ settings, parameters }, bench) {
    const { X, Y, Z, testLabels } = await bench.sample(settings);
    const bandwidth = Number(parameters['bandwidth']);
    const K = gaussianOf(await gram(X, bench.options), bandwidth);
    const Kt = gaussianOf(await crossGram(Z, X, bench.options), bandwidth);
    const model = await KernelRidge.fit(K, Y, { ...bench.options, ridge: settings.ridge });
    const outputs = await model.predict(Kt, bench.options);
    const right = testLabels.filter((label, i) => {
      const row = outputs.row(i);
      return row.indexOf(Math.max(...row)) === label;
    });
    return { accuracy: right.length / testLabels.length };
  },
};

const { cells } = await runSweep(
  {
    measure: 'gaussian',
    data: {
      name: 'toy',
      synthetic: { points: 300, inputs: 30, classes: 3, decay: 'power', rate: 1 },
    },
    ...{ n: 120, test: 60, seed: '0..1', ridge: '1e-3..1e-1 x10' },
  },
  { measures: [gaussianKernel] },
);
for (const { choice, values } of cells) {
  console.log(choice['bandwidth'], choice['ridge'], choice['seed'], values['accuracy']);
}
