// Eigenvalues and eigenvectors of a symmetric matrix by divide and conquer (LAPACK dsyevd): its
// residual and orthogonality stay within LAPACK's own thresholds on arc-cosine kernels, where
// dsyevr's do not.
//
// A: n x n, symmetric (ERR_INVALID_ARGUMENT otherwise), destroyed. Runs on one thread of the pool:
// the same bits at any thread count. LAPACK cannot be interrupted: an abort is seen before and
// after it.
#pragma once

#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

// values: n, descending. vectors: n x n with eigenvector k in column k, or null for values alone.
void eigh(MatrixView<double> A, double* values, MatrixView<double>* vectors, Control& control);

}  // namespace ntkit
