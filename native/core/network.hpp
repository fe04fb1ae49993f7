// The two-layer ReLU network f(x) = (1/sqrt m) A^T relu(W x): W (m x d) is trained, the signs A (m
// x c, +-1) are fixed.
#pragma once

#include "control.hpp"
#include "matrix_view.hpp"
#include "random.hpp"

namespace ntkit {

template <class T>
struct Network {
  ConstMatrixView<T> weights;  // W, m x d
  ConstMatrixView<T> signs;    // A, m x c

  Index width() const noexcept { return weights.rows; }
  Index inputs() const noexcept { return weights.cols; }
  Index outputs() const noexcept { return signs.cols; }
};

// w_r ~ N(0, scale^2), a_rk = +-1 with equal chance, both functions of the seed alone. The first m
// rows are the same for every width >= m.
template <class T>
void initializeNetwork(std::uint64_t seed, double scale, MatrixView<T> weights, MatrixView<T> signs,
                       Control& control);

// F (n x c) = f(X).
template <class T>
void predict(const Network<T>& network, ConstMatrixView<T> X, MatrixView<T> F, Control& control);

// What predict takes beside its arguments, but for the scratch of each thread (local_product.hpp).
template <class T>
Index predictBytes(Index width, Index outputs);

}  // namespace ntkit
