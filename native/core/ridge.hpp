// Kernel ridge regression: A = K + ridge I factored once by Cholesky, solved many times.
//
// One n x n array holds everything: the factor L in its lower triangle, K itself in the strict
// upper one (for the residual), the diagonal of A beside it. The factorisation is tiled by us, so
// that its bits do not depend on the number of threads (those of LAPACK's dpotrf do).
#pragma once

#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

class RidgeFactor {
 public:
  // Takes K (n x n, symmetric) and factors it in place. Throws ERR_NOT_POSITIVE_DEFINITE with the
  // pivot and the ridge, ERR_INVALID_ARGUMENT when K is not symmetric to 1e-10 of its largest
  // element.
  RidgeFactor(OwnedMatrix<double> K, double ridge, Control& control);

  Index order() const noexcept { return factor_.rows(); }
  double ridge() const noexcept { return ridge_; }

  // Smallest L_ii^2: how near A is to losing positive definiteness.
  double smallestPivot() const noexcept { return smallestPivot_; }

  // Estimate of |A|_1 |A^-1|_1 (LAPACK dpocon, within a small factor of the truth).
  double conditionEstimate(Control& control) const;

  // B <- B A^-1: every row of B (rows x n) is one right-hand side.
  void solveRows(MatrixView<double> B, Control& control) const;

  // h_i = (A^-1)_ii = |L^-1 e_i|^2, from blocks of columns of L^-1: n^3 / 3 flops and n x 64
  // doubles a thread, without the inverse.
  Buffer<double> inverseDiagonal(Control& control) const;

  // |Y - A alpha|_F / (|A|_F |alpha|_F + |Y|_F) for alpha^T, Y^T given as rows (c x n).
  double relativeResidual(ConstMatrixView<double> alphaRows, ConstMatrixView<double> yRows) const;

 private:
  void factorize(Control& control);

  OwnedMatrix<double> factor_;
  Buffer<double> diagonal_;
  double ridge_;
  double smallestPivot_ = 0;
};

}  // namespace ntkit
