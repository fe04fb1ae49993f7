// Leave-one-out influence of every training point on every test point, from one factorisation.
//
// With A = K + ridge I, alpha = A^-1 Y (n x c), h_i = (A^-1)_ii, P = K_t A^-1 (q x n), f = K_t
// alpha:
//
//   f_(-i)(t) - f(t) = -r alpha_i,   r = P_ti / h_i                      exact, no refit
//
//   loss        I(t, i) = 1/2 |f_(-i)(t) - y_t|^2 - 1/2 |f(t) - y_t|^2
//                       = -r (R_t . alpha_i) + r^2 |alpha_i|^2 / 2
//   margin      I(t, i) = margin(f(t)) - margin(f_(-i)(t)), margin(f) = f_y - max_(k != y) f_k
//   prediction  I(t, i) = f_y(t) - f_(-i),y(t)
//
// R = f - Y_t; y is the largest element of row t of Y_t. I > 0: the point helps. With one output
// the margin is y f and the prediction f.
//
// P takes the place of K_t, and I that of P block by block, while a block is in the cache of the
// thread that has just solved it.
#pragma once

#include "ridge.hpp"

namespace ntkit {

enum class InfluenceTarget { kLoss, kMargin, kPrediction };

// What a fitted regression brings along: alpha transposed (c x n), h and |alpha_i|^2 (n each).
class InfluenceModel {
 public:
  InfluenceModel(const RidgeFactor& factor, ConstMatrixView<double> alpha, const double* h);

  // Kt (q x n) is overwritten by I. targets: Y_t, q x c.
  void influence(InfluenceTarget target, MatrixView<double> Kt, ConstMatrixView<double> targets,
                 Control& control) const;

  // scores[i] = mean over t of I(t, i), summed in the order of t. Kt is overwritten.
  void aggregate(InfluenceTarget target, MatrixView<double> Kt, ConstMatrixView<double> targets,
                 double* scores, Control& control) const;

  // Elements of workspace beside Kt and targets.
  static Index workspace(Index n, Index queries, Index outputs);

 private:
  void influenceOfGroup(InfluenceTarget target, MatrixView<double> P,
                        ConstMatrixView<double> targets, Control& control) const;

  const RidgeFactor& factor_;
  ConstMatrixView<double> alpha_;
  const double* h_;
  OwnedMatrix<double> alphaRows_;
  Buffer<double> alphaNorm2_;
};

// F = K_t alpha, rows of K_t shared out.
void predictRidge(ConstMatrixView<double> Kt, ConstMatrixView<double> alpha, MatrixView<double> F,
                  Control& control);

}  // namespace ntkit
