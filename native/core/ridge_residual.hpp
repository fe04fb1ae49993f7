// Products with the symmetric A = K + ridge I of a ridge regression, of which the strict upper
// triangle and, apart, the diagonal are read: the lower triangle belongs to the factor.
#pragma once

#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

struct SymmetricNorms {
  double one;        // largest row sum of |A|
  double frobenius;  // |A|_F
};

// Checks that K is symmetric (ERR_INVALID_ARGUMENT otherwise, as symmetry.hpp) and returns the
// norms of K + ridge I. diagonal: K_ii + ridge, n elements, written.
SymmetricNorms inspectKernel(ConstMatrixView<double> K, double ridge, double* diagonal,
                             Control& control);

// R = Y - X A, one right-hand side a row: all m x n. The triangle is read once for eight of them.
// Sums in a fixed order.
void residualRows(ConstMatrixView<double> upper, const double* diagonal, ConstMatrixView<double> X,
                  ConstMatrixView<double> Y, MatrixView<double> R, Control& control);

// Elements of workspace of residualRows.
Index residualWorkspace(Index n);

}  // namespace ntkit
