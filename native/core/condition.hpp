// The 1-norm of the inverse of a symmetric matrix, estimated from below by Hager's and Higham's
// power method on signs (what LAPACK's dlacn2 does), several starts at once.
#pragma once

#include <functional>

#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

// Rows that start the estimate: the caller solves them, along with its own right-hand sides where
// that is cheaper.
inline constexpr Index kConditionStarts = 2;
void fillConditionStarts(MatrixView<double> rows);

// started: those rows times A^-1. solve(X): X <- X A^-1. Takes two more solves, of 1 and 4 rows.
double estimateInverseNorm(ConstMatrixView<double> started,
                           const std::function<void(MatrixView<double>)>& solve);

}  // namespace ntkit
