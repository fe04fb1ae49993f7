// Infinite-width neural tangent kernels of ReLU networks, from inner products alone.
//
//   first layer trained   K(x, z) = <x, z> (pi - theta) / 2 pi (Theorem 4.2) both layers trained
//   the same + |x||z| (sin theta + cos theta (pi - theta)) / 2 pi depth L, He scaling   Theta <-
//   Theta k0 + Sigma, Sigma <- k1, L - 1 times from Theta = Sigma = <x, z>,
//                         k0 = (pi - theta) / pi, k1 = |x||z| (sin theta + cos theta (pi - theta))
//                         / pi
//
// theta is the angle of x and z: from asin of the cosine, which has no cancellation near +-1, and
// for nearly parallel or antiparallel pairs from the chord |x/|x| -+ z/|z||, because the cosine
// itself has lost the angle there (an angle of 1e-8 is below its last bit). The diagonal of K(X, X)
// is set, not computed. A zero row gives zeros. Inner products are taken in the precision of T, the
// map in double.
#pragma once

#include "control.hpp"
#include "matrix_view.hpp"
#include "memory.hpp"

namespace ntkit {

enum class TrainedLayers { kFirst, kBoth };

// Adds what both kernels take beside inputs and result; `queries` is 0 when they are the points.
template <class T>
void estimateInfiniteNtk(MemoryEstimate& memory, Index points, Index queries, Index inputs);

// K (q x n) between the rows of Z (q x d) and of X (n x d); symmetric when Z is the same view as X.
template <class T>
void infiniteNtk(ConstMatrixView<T> Z, ConstMatrixView<T> X, TrainedLayers trained, MatrixView<T> K,
                 Control& control);

// The same for a network of `depth` >= 2 layers of weights, all trained, He scaling.
template <class T>
void deepNtk(ConstMatrixView<T> Z, ConstMatrixView<T> X, Index depth, MatrixView<T> K,
             Control& control);

}  // namespace ntkit
