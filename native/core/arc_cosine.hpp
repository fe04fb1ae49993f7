// Infinite-width neural tangent kernels of ReLU networks, from inner products alone.
//
//   first layer   K(x, z) = <x, z> (pi - theta) / 2 pi (Theorem 4.2)
//
//   both layers   the same + |x||z| (sin theta + cos theta (pi - theta)) / 2 pi
//
//   depth L       Theta <- Theta k0 + Sigma, Sigma <- k1, L - 1 times from Theta = Sigma = <x, z>,
//                 k0 = (pi - theta) / pi, k1 = |x||z| (sin theta + cos theta (pi - theta)) / pi
//
// theta is the angle of x and z, from asin of their cosine (kernels/arc_cosine_loops.hpp), all in
// the precision of T. For nearly parallel or antiparallel pairs the cosine has lost the angle (1e-8
// is below its last bit): theta comes from the chord |x/|x| -+ z/|z||, in double, O(d) a pair. Rows
// that are alike (their average cosine, estimated from 256 of them, is above 1/2) are multiplied as
// p = x/|x| - c, c their mean direction: 1 - cos theta = |p|^2/2 + |q|^2/2 - <p, q> is then exact
// to rounding of |p|^2, and hardly a pair is left for the chord, however nearly parallel they are.
//
// The diagonal of K(X, X) is set, not computed. A zero row gives zeros. Workspace: one packed copy
// of X and one of Z.
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
