// Kernel ridge regression: A = K + ridge I factored once by Cholesky, solved many times.
//
// The factor in float64: one n x n array holds L in its lower triangle, K in the strict upper one
// (for the residual) until the inverse's diagonal is asked for, whose workspace that triangle is;
// beside it the diagonal tiles of L, packed. The factor in float32: K stays as it is, and every
// solution is refined against it until its float64 residual is at rounding.
#pragma once

#include "control.hpp"
#include "matrix_view.hpp"
#include "ridge_residual.hpp"
#include "triangular.hpp"

namespace ntkit {

enum class FactorPrecision { kFloat64, kFloat32 };

// alpha = A^-1 Y and what was measured on the way.
struct RidgeSolution {
  OwnedMatrix<double> alpha;  // n x c
  // |Y - A alpha|_F / (|A|_F |alpha|_F + |Y|_F).
  double residual;
  // Estimate of |A|_1 |A^-1|_1 from below.
  double condition;
  // Refinement steps: 0 with a factor in float64.
  Index refinements;
};

class RidgeFactor {
 public:
  // Takes K (n x n, symmetric). Throws ERR_NOT_POSITIVE_DEFINITE with the pivot and the ridge,
  // ERR_INVALID_ARGUMENT when K is not symmetric to 1e-10 of its largest element.
  RidgeFactor(OwnedMatrix<double> K, double ridge, FactorPrecision precision, Control& control);

  Index order() const noexcept { return matrix_.rows(); }
  double ridge() const noexcept { return ridge_; }
  FactorPrecision precision() const noexcept { return precision_; }

  // Smallest L_ii^2: how near A is to losing positive definiteness.
  double smallestPivot() const noexcept { return smallestPivot_; }

  // Solves for Y (n x c). Throws ERR_NOT_POSITIVE_DEFINITE when the residual stays above what
  // rounding explains, ERR_NO_CONVERGENCE when refinement does not get it there. Not after
  // inverseDiagonal.
  RidgeSolution solve(ConstMatrixView<double> Y, Control& control) const;

  // X <- X A^-1 for a factor in float64: every row of X is one right-hand side.
  void solveRows(MatrixView<double> X, Control& control, const OnSolved& onSolved = {}) const;

  // h_i = (A^-1)_ii for a factor in float64.
  Buffer<double> inverseDiagonal(Control& control);

  // Elements of float64 that a factor of order n takes beside K, at most at any one time while it
  // is made and solved for c outputs; and while m rows are solved or the diagonal is found (m = n).
  static Index fitWorkspace(Index n, Index outputs, FactorPrecision precision);
  static Index rowsWorkspace(Index n, Index m) { return solveWorkspace(n, m); }

 private:
  void factorize(Control& control);
  // Refines X = Y A^-1 (rows) where the factor is in float32, and judges the residual.
  void refine(ConstMatrixView<double> Y, MatrixView<double> X, RidgeSolution& solution,
              Control& control) const;
  void solveInFloat32(MatrixView<double> X, Control& control) const;
  double relativeResidual(ConstMatrixView<double> R, ConstMatrixView<double> X,
                          ConstMatrixView<double> Y) const;

  // L lies in matrix_ or in factor32_, whichever precision it has.
  OwnedMatrix<double> matrix_;
  OwnedMatrix<float> factor32_;
  TriangularFactor<double> L_;
  TriangularFactor<float> L32_;
  Buffer<double> diagonal_;
  double ridge_;
  FactorPrecision precision_;
  SymmetricNorms norms_{};
  double smallestPivot_ = 0;
};

}  // namespace ntkit
