// Leave-one-out influence of every training point on every test point, from one factorisation.
//
// With A = K + ridge I, alpha = A^-1 Y (n x c), h_i = (A^-1)_ii, P = K_t A^-1 (q x n), f = K_t
// alpha:
//
//   f_(-i)(t) - f(t) = -r alpha_i,   r = P_ti / h_i                      exact, no refit
//   loss        I(t, i) = 1/2 |f_(-i)(t) - y_t|^2 - 1/2 |f(t) - y_t|^2 = -r (R_t . alpha_i) + r^2
//   |alpha_i|^2 / 2 margin      I(t, i) = margin(f(t)) - margin(f_(-i)(t)), margin(f) = f_y -
//   max_(k != y) f_k prediction  I(t, i) = f_y(t) - f_(-i),y(t)
//
// R = f - Y_t; y is the largest element of row t of Y_t. I > 0: the point helps. With one output
// the margin is y f and the prediction f.
#pragma once

#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

enum class InfluenceTarget { kLoss, kMargin, kPrediction };

// P is overwritten by I. predictions: f, q x c; targets: Y_t, q x c; alpha: n x c; h: n.
void influence(InfluenceTarget target, MatrixView<double> P, const double* h,
               ConstMatrixView<double> alpha, ConstMatrixView<double> predictions,
               ConstMatrixView<double> targets, Control& control);

}  // namespace ntkit
