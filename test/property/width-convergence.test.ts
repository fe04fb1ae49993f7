import { afterAll, describe, expect, it } from 'vitest';
import {
  Matrix,
  TwoLayerNetwork,
  infiniteNtk,
  relativeDifference,
  subtract,
} from '../../src/index.js';
import { gram } from '../reference/attention.js';
import { reportFigure } from '../support/figures.js';
import { unitRowMatrix } from '../unit/linalg/matrices.js';

const [POINTS, INPUTS, SEEDS] = [24, 8, 16];
const WIDTHS = [64, 128, 256, 512, 1024];
const LAYERS = ['first', 'both'] as const;

const X = unitRowMatrix(POINTS, INPUTS, 1);

/** K_m at initialisation, one kernel a seed. */
async function kernelsAt(width: number, trained: (typeof LAYERS)[number]): Promise<Matrix[]> {
  return Promise.all(
    Array.from({ length: SEEDS }, async (_, seed) => {
      const options = { inputs: INPUTS, outputs: 1, width, seed, scale: 1 };
      return (await TwoLayerNetwork.create(options)).ntk(X, undefined, { trained });
    }),
  );
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const worst = { standardErrors: 0, exponent: 0 };
const detail = `widths ${WIDTHS.join(', ')}, ${SEEDS} seeds, first layer and both`;

afterAll(() => {
  reportFigure('width-standard-errors', worst.standardErrors, detail);
  reportFigure('width-exponent', worst.exponent, detail);
});

describe.each(LAYERS)('with %s trained', (trained) => {
  it.each(WIDTHS)(
    'kernels of width %d are right on average, to three standard errors',
    async (width) => {
      const exact = await infiniteNtk(X, undefined, { trained });
      const kernels = await kernelsAt(width, trained);
      // The sum of all elements of K_m - K: one number a network, independent between seeds.
      const sums = kernels.map((K) =>
        subtract(K, exact).data.reduce((sum, value) => sum + value, 0),
      );
      const mean = meanOf(sums);
      const variance = meanOf(sums.map((sum) => (sum - mean) ** 2)) * (SEEDS / (SEEDS - 1));
      const standardErrors = Math.abs(mean) / Math.sqrt(variance / SEEDS);
      worst.standardErrors = Math.max(worst.standardErrors, standardErrors);
      expect(standardErrors).toBeLessThan(3);
    },
  );

  it('the error falls as the root of the width', async () => {
    const exact = await infiniteNtk(X, undefined, { trained });
    const errors = await Promise.all(
      WIDTHS.map(async (width) => {
        const kernels = await kernelsAt(width, trained);
        return Math.log(meanOf(kernels.map((K) => relativeDifference(K, exact))));
      }),
    );
    const deviation = Math.abs(slopeOf(WIDTHS.map(Math.log), errors) + 0.5);
    worst.exponent = Math.max(worst.exponent, deviation);
    expect(deviation).toBeLessThan(0.1);
  });
});

it.each(WIDTHS)(
  'at width %d the gates open as often as a coin of their probability',
  async (width) => {
    const products = gram(X.toArray()).flat();
    const exact = await infiniteNtk(X);
    const kernels = await kernelsAt(width, 'first');
    // K_m = <x, z> k / m with k of Binomial(m, p), p = K / <x, z>.
    const squares = kernels.flatMap((K) =>
      products.map((product, i) => {
        const p = (exact.data[i] ?? NaN) / product;
        const error = ((K.data[i] ?? NaN) - (exact.data[i] ?? NaN)) / product;
        return error ** 2 / ((p * (1 - p)) / width);
      }),
    );
    expect(meanOf(squares)).toBeGreaterThan(0.8);
    expect(meanOf(squares)).toBeLessThan(1.25);
  },
);

/** Slope of the least-squares line. */
function slopeOf(x: readonly number[], y: readonly number[]): number {
  const [middle, level] = [meanOf(x), meanOf(y)];
  const covariance = meanOf(x.map((value, i) => (value - middle) * ((y[i] ?? NaN) - level)));
  return covariance / meanOf(x.map((value) => (value - middle) ** 2));
}
