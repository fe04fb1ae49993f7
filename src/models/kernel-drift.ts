/** How far training moved a network's kernel. */
import { NtkitError } from '../errors.js';
import type { Elements, Matrix } from '../linalg/matrix.js';
import { frobeniusNorm, relativeDifference } from '../linalg/norms.js';
import { requireFiniteMatrix } from '../linalg/require-matrix.js';

/** What {@link kernelDrift} returns. */
export interface KernelDrift {
  /** |K_t - K_0|_F / |K_0|_F. */
  readonly drift: number;
  /** <K_t, K_0> / (|K_t|_F |K_0|_F): 1 for kernels that differ by a factor. */
  readonly alignment: number;
}

/**
 * How far a kernel has moved from an earlier one, in size and in direction.
 *
 * @param K0 - the kernel before, n x n (or queries x n), float64 or float32.
 * @param Kt - the kernel after, of the same shape.
 * @throws NtkitError `ERR_INVALID_ARGUMENT`, also for a kernel of zeros, which has no direction; `ERR_SHAPE_MISMATCH`,
 * `ERR_NOT_FINITE`.
 */
export function kernelDrift(K0: Matrix<Elements>, Kt: Matrix<Elements>): KernelDrift {
  const before = requireFiniteMatrix(K0, 'K0');
  const after = requireFiniteMatrix(Kt, 'Kt');
  if (before.rows !== after.rows || before.cols !== after.cols) {
    throw new NtkitError(
      'ERR_SHAPE_MISMATCH',
      `Expected ${before.rows} x ${before.cols} elements for Kt but received ${after.rows} x ${after.cols}`,
    );
  }
  const [size0, size] = [sizeOf(before, 'K0'), sizeOf(after, 'Kt')];
  let alignment = 0;
  for (let i = 0; i < before.data.length; i++) {
    alignment += ((after.data[i] ?? NaN) / size) * ((before.data[i] ?? NaN) / size0);
  }
  return { drift: relativeDifference(after, before), alignment };
}

function sizeOf(K: Matrix<Elements>, name: string): number {
  const size = frobeniusNorm(K);
  if (size > 0) return size;
  throw new NtkitError(
    'ERR_INVALID_ARGUMENT',
    `Expected a kernel that is not zero for ${name} but received zeros`,
  );
}
