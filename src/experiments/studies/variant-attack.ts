/** FGSM through any attention variant, for which the gradient in the attended row is pulled back to the pixels. */
import { unitRows } from '../../data/dataset.js';
import type { Matrix } from '../../linalg/matrix.js';
import type { TwoLayerNetwork } from '../../models/two-layer-network.js';
import type { RunOptions } from '../../options.js';
import type { QueryMap } from './attention-variant.js';
import { dot, fromRows, norm2 } from './dense.js';

/**
 * Gradient of each point's own cross-entropy in its pixels, through pixels -> unit row -> attention with a fixed
 * context -> unit row -> network. Exact: no map is replaced by another.
 *
 * @param pixels - b x d, without zero rows.
 * @param Y - one-hot targets, b x c.
 * @returns b x d.
 */
export async function variantPixelGradient(
  network: TwoLayerNetwork,
  map: QueryMap,
  pixels: Matrix,
  Y: Matrix,
  options: RunOptions,
): Promise<Matrix> {
  const queries = unitRows(pixels).matrix;
  const attended = await map.apply(queries);
  const inputs = unitRows(attended).matrix;
  const atInputs = await network.inputGradient(inputs, Y, { ...options, loss: 'cross-entropy' });
  const atAttended = throughUnitNorm(attended, atInputs);
  return throughUnitNorm(pixels, await map.pullback(queries, atAttended));
}

/**
 * FGSM on pixels in [0, 1]: p + eps sign(gradient), clipped to that range.
 *
 * @param radii - eps of each channel, which take turns along a row.
 */
export async function variantFgsm(
  network: TwoLayerNetwork,
  map: QueryMap,
  pixels: Matrix,
  Y: Matrix,
  radii: readonly number[],
  options: RunOptions,
): Promise<Matrix> {
  const gradient = await variantPixelGradient(network, map, pixels, Y, options);
  return fromRows(pixels.rows, pixels.cols, (i) => {
    const slope = gradient.row(i);
    return pixels.row(i).map((value, j) => {
      const step = (radii[j % radii.length] ?? NaN) * Math.sign(slope[j] ?? NaN);
      return Math.min(1, Math.max(0, value + step));
    });
  });
}

/** The gradient in rows v, given that in u = v / |v|: (g - <g, u> u) / |v|. A zero row stays zero, and so does this. */
function throughUnitNorm(rows: Matrix, gradient: Matrix): Matrix {
  return fromRows(rows.rows, rows.cols, (i) => {
    const row = rows.row(i);
    const g = gradient.row(i);
    const norm = norm2(row);
    if (norm === 0) return new Float64Array(rows.cols);
    const radial = dot(g, row) / norm ** 2;
    return g.map((value, j) => (value - radial * (row[j] ?? NaN)) / norm);
  });
}
