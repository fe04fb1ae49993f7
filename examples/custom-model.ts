/** A model of one's own in the loop: logistic regression on random ReLU features, trained here, measured at each width. */
import { runSweep, uniform, type Measure } from 'ntkit';

const STREAM = 5000;

const randomFeatures: Measure = {
  name: 'random-features',
  axes: ['n', 'test', 'seed', 'width', 'epochs', 'rate'],
  revision: 1,
  async run({ settings }, bench) {
    const { X, Z, labels, testLabels } = await bench.sample(settings);
    const { width, epochs, rate, seed } = settings;
    const weights = uniform(seed, STREAM, width * X.cols).map((value) => 2 * value - 1);
    const features = (row: Float64Array): number[] =>
      Array.from({ length: width }, (_, r) =>
        Math.max(
          0,
          row.reduce((sum, value, j) => sum + value * (weights[r * X.cols + j] ?? 0), 0),
        ),
      );
    const train = Array.from({ length: X.rows }, (_, i) => features(X.row(i)));
    const outputs = Array.from({ length: bench.data.classes }, () => new Float64Array(width));
    const scores = (point: number[]): number[] =>
      outputs.map((output) => point.reduce((sum, value, r) => sum + value * (output[r] ?? 0), 0));
    for (let epoch = 0; epoch < epochs; epoch++) {
      bench.options.signal?.throwIfAborted();
      train.forEach((point, i) => {
        const exponentials = scores(point).map(Math.exp);
        const total = exponentials.reduce((sum, value) => sum + value, 0);
        outputs.forEach((output, k) => {
          const error = (exponentials[k] ?? 0) / total - (labels[i] === k ? 1 : 0);
          point.forEach((value, r) => (output[r] = (output[r] ?? 0) - rate * error * value));
        });
      });
    }
    const right = testLabels.filter((label, i) => {
      const found = scores(features(Z.row(i)));
      return found.indexOf(Math.max(...found)) === label;
    });
    return { accuracy: right.length / testLabels.length };
  },
};

const { cells } = await runSweep(
  {
    measure: 'random-features',
    data: {
      name: 'toy',
      synthetic: { points: 200, inputs: 20, classes: 3, decay: 'power', rate: 1 },
    },
    ...{ n: 90, test: 45, width: '4..64 x4', epochs: 20, rate: 0.1 },
  },
  { measures: [randomFeatures] },
);
for (const { choice, values } of cells) console.log(choice['width'], values['accuracy']);
