// Empirical neural tangent kernel of f(x) = (1/sqrt m) sum_r a_r relu(w_r . x), a_r = +-1.
//
//   first layer trained   K(x, z) = <x, z> (1/m) #{r : w_r . x > 0 and w_r . z > 0}   = J J^T
//   both layers trained   the same + (1/m) sum_r relu(w_r . x) relu(w_r . z)
//
// The count is popcount(gates(x) AND gates(z)), exact. The kernel does not depend on the signs a.
// X: n x d, Z: q x d, W: m x d; K: q x n, symmetric when Z is the same view as X.
#pragma once

#include "arc_cosine.hpp"
#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

template <class T>
void empiricalNtk(ConstMatrixView<T> Z, ConstMatrixView<T> X, ConstMatrixView<T> W,
                  TrainedLayers trained, MatrixView<T> K, Control& control);

}  // namespace ntkit
