/** How far a kernel has the geometry of the targets. */
import type { Elements, Matrix } from '../linalg/matrix.js';
import { call } from '../native/call.js';
import { requireKnownOptions, type RunOptions } from '../options.js';

/**
 * Kernel-target alignment <K, Y Y^T> / (|K|_F |Y Y^T|_F), from -1 to 1, and from 0 for a positive semidefinite K; 1
 * when K is a multiple of Y Y^T. One pass over K: Y Y^T is not formed. Not centred: for that centre K and Y.
 *
 * @param K - kernel, n x n.
 * @param Y - targets, n x c (one-hot rows, or +-1), in the precision of K.
 * @throws NtkitError `ERR_INVALID_ARGUMENT` also when K or Y is zero, `ERR_SHAPE_MISMATCH`, `ERR_NOT_FINITE`,
 * `ERR_MEMORY_BUDGET`, `ERR_ABORTED`.
 */
export async function kernelTargetAlignment<T extends Elements>(
  K: Matrix<T>,
  Y: Matrix<T>,
  options: RunOptions = {},
): Promise<number> {
  requireKnownOptions(options, []);
  return call(
    (binding, job, common) => binding.kernelTargetAlignment({ K, Y, ...common }, job),
    options,
  );
}
