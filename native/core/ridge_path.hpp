// Kernel ridge regression for many ridges from one eigendecomposition K = V D V^T.
//
// With Z = V^T Y, for each ridge: alpha = V (D + ridge I)^-1 Z, h_i = sum_k V_ik^2 / (d_k + ridge),
// leave-one-out residuals alpha_i / h_i, effective degrees of freedom sum_k d_k / (d_k + ridge).
#pragma once

#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

struct RidgePathPoint {
  // Mean square of the leave-one-out residuals over points and outputs.
  double leaveOneOutError;
  double degreesOfFreedom;
  // Smallest eigenvalue of K + ridge I, and the largest over it.
  double smallestEigenvalue;
  double conditionNumber;
  // |Y - A alpha|_F / (|A|_F |alpha|_F + |Y|_F).
  double residual;
};

// K (n x n, symmetric) is taken. alpha and leaveOneOut: the n x c results of each ridge, one below
// the other. Throws ERR_NOT_POSITIVE_DEFINITE, naming the ridge, when an eigenvalue of K + ridge I
// is not above what rounding makes of zero, n eps times the largest.
void ridgePath(OwnedMatrix<double> K, ConstMatrixView<double> Y, const double* ridges, Index count,
               MatrixView<double> alpha, MatrixView<double> leaveOneOut, RidgePathPoint* points,
               Control& control);

// Elements of workspace beside K, Y and the results, that of eigh aside.
Index ridgePathWorkspace(Index n, Index outputs, Index count);

}  // namespace ntkit
