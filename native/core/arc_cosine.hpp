// Infinite-width neural tangent kernels of ReLU networks, from inner products alone.
//
//   first layer trained   K(x, z) = <x, z> (1/4 + asin(s) / 2 pi) (Theorem 4.2) both layers trained
//   the same + |x||z| (sqrt((1-s)(1+s)) + s (pi/2 + asin s)) / 2 pi depth L, He scaling   Theta <-
//   Theta k0 + Sigma, Sigma <- k1, L - 1 times from Theta = Sigma = <x, z>,
//                         k0 = (pi - theta) / pi, k1 = |x||z| (sin theta + cos theta (pi - theta))
//                         / pi
//
// s = <x, z> / (|x||z|), clipped to [-1, 1]. The asin form has no cancellation near s = +-1. The
// diagonal of K(X, X) is set, not computed: s = 1 exactly. A zero row gives zeros. Inner products
// are taken in the precision of T, the map in double.
#pragma once

#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

enum class TrainedLayers { kFirst, kBoth };

// K (q x n) between the rows of Z (q x d) and of X (n x d); symmetric when Z is the same view as X.
template <class T>
void infiniteNtk(ConstMatrixView<T> Z, ConstMatrixView<T> X, TrainedLayers trained, MatrixView<T> K,
                 Control& control);

// The same for a network of `depth` >= 2 layers of weights, all trained, He scaling.
template <class T>
void deepNtk(ConstMatrixView<T> Z, ConstMatrixView<T> X, Index depth, MatrixView<T> K,
             Control& control);

}  // namespace ntkit
