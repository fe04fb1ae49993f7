// Householder reduction of a symmetric matrix to a tridiagonal one, A = Q T Q^T, and its way back.
//
// Rows are eliminated from the last to the second (LAPACK's dsytrd with UPLO = 'U' in column-major
// terms): row i of the lower triangle becomes a reflector H_i = I - tau_i v_i v_i^T, v_i nonzero in
// columns 0 ... i - 1, and Q = H_(n-1) ... H_1. Panels of rows postpone their updates of the rest,
// A <- A - V^T W - W^T V, which is then one product by tiles. Within a panel each row waits for one
// product A v, whose lower triangle is streamed once by row chunks with a sum each; the chunks'
// sums are added in order. Backward stable: the residual is a small multiple of n eps |A|.
//
// Elements below 1e-150 of the largest count as zero when a row is eliminated: their squares would
// underflow. The scale of A must be moderate (eigh.cpp sees to it).
#pragma once

#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

// A: n x n, the lower triangle is read; afterwards row i holds v_i in columns 0 ... i - 1 and the
// upper triangle anything. diagonal: n, offDiagonal and tau: n, of which the last resp. first
// element is zero: T_(i,i-1) = offDiagonal[i - 1], H_i has tau[i].
void tridiagonalize(MatrixView<double> A, double* diagonal, double* offDiagonal, double* tau,
                    Control& control);

// Doubles of workspace that tridiagonalize and applyReflectors take beside A.
Index tridiagonalWorkspace(Index n);

// Z <- Z Q^T: rows of Z that are eigenvectors of T become eigenvectors of A. Z: any number of rows,
// n columns. The upper triangle of A, diagonal included, is set to zero.
void applyReflectors(MatrixView<double> A, const double* tau, MatrixView<double> Z,
                     Control& control);

}  // namespace ntkit
