// The second half of an empirical NTK by itself: what is left to do when the gates are known. For
// comparison with libraries that are given them too.
#pragma once

#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

// X: n x d, W: m x d. With `gram` K <- X X^T times the share of units that two points share, else K
// <- their number. Packs the gates first and returns the seconds that the rest took.
template <class T>
double timeGivenGates(ConstMatrixView<T> X, ConstMatrixView<T> W, bool gram, MatrixView<T> K,
                      Control& control);

// Bytes beside X, W and K.
template <class T>
Index givenGatesWorkspace(Index points, Index units, Index inputs);

}  // namespace ntkit
