// Eigenvalues and eigenvectors of a symmetric matrix.
//
// All of them: reduction to a tridiagonal (tridiagonal.hpp; without eigenvectors by way of a band,
// band_reduction.hpp), divide and conquer over that (divide_and_conquer.hpp), reflectors applied to
// its eigenvectors. Small orders: LAPACK's dsyevd on one thread. A few of the largest: Lanczos
// (lanczos.hpp).
//
// Residual |A V - V D| / (|A| n eps) and orthogonality |V^T V - I| / (n eps) stay below 5.
#pragma once

#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

// Where the largest eigenvalues go: values, descending, and their eigenvectors, number k in column
// k, n rows; without data for values alone. The number of columns is the number of eigenvalues.
struct EigenResult {
  double* values;
  MatrixView<double> vectors;

  Index count() const noexcept { return vectors.cols; }
  bool withVectors() const noexcept { return vectors.data != nullptr; }
};

// A: n x n, symmetric (ERR_INVALID_ARGUMENT otherwise), destroyed. Throws ERR_NO_CONVERGENCE.
void eigh(MatrixView<double> A, const EigenResult& result, Control& control);

// Bytes of workspace beside A and the result. Throws ERR_SIZE_LIMIT when they overflow or the order
// is beyond what BLAS can count.
Index eighWorkspaceBytes(Index n, Index count, bool vectors);

}  // namespace ntkit
