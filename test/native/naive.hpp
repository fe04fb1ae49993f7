// What several tests compare the core with: random matrices, and a network by plain loops in
// double.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "loss.hpp"
#include "matrix_view.hpp"
#include "network.hpp"
#include "random.hpp"

namespace ntkit::test {

template <class T>
constexpr double kEps = std::numeric_limits<T>::epsilon();

template <class T = double>
OwnedMatrix<T> gaussian(Index rows, Index cols, std::uint64_t stream, double scale = 1) {
  OwnedMatrix<T> matrix(rows, cols);
  fillGaussian({77, stream}, 0, scale, matrix.view().data, rows * cols);
  return matrix;
}

template <class T>
OwnedMatrix<T> copyOf(ConstMatrixView<T> A) {
  OwnedMatrix<T> copy(A.rows, A.cols);
  for (Index i = 0; i < A.rows; ++i) std::copy_n(A.row(i), A.cols, copy.view().row(i));
  return copy;
}

// The lower triangle of a matrix whose upper one nobody may read.
inline OwnedMatrix<double> lowerOnly(ConstMatrixView<double> A) {
  auto lower = copyOf(A);
  for (Index i = 0; i < A.rows; ++i) {
    std::fill(lower.view().row(i) + i + 1, lower.view().row(i) + A.cols, std::nan(""));
  }
  return lower;
}

// The largest |A - B|; NaN when an element of either is.
template <class T, class U>
double largestGap(MatrixView<T> A, MatrixView<U> B) {
  double largest = 0;
  for (Index i = 0; i < A.rows; ++i) {
    for (Index j = 0; j < A.cols; ++j) {
      const double gap = std::fabs(static_cast<double>(A(i, j)) - static_cast<double>(B(i, j)));
      if (!(gap <= largest)) largest = gap;
    }
  }
  return largest;
}

// |actual - expected| over the largest of `expected`.
inline double distance(const std::vector<double>& actual, const std::vector<double>& expected) {
  double worst = 0, largest = 1e-300;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double gap = std::fabs(actual[i] - expected[i]);
    if (!(gap <= worst)) worst = gap;
    largest = std::max(largest, std::fabs(expected[i]));
  }
  return worst / largest;
}

template <class T>
double inner(const T* a, const T* b, Index length) {
  double sum = 0;
  for (Index k = 0; k < length; ++k) sum += static_cast<double>(a[k]) * static_cast<double>(b[k]);
  return sum;
}

// One label a row, in turn.
template <class T>
OwnedMatrix<T> oneHot(Index rows, Index cols) {
  OwnedMatrix<T> Y(rows, cols);
  Y.elements().fill(0);
  for (Index i = 0; i < rows; ++i) Y.view()(i, i % cols) = 1;
  return Y;
}

// Weights and signs of a network, as the core draws them.
template <class T>
struct DrawnNetwork {
  OwnedMatrix<T> weights, signs;

  DrawnNetwork(Index width, Index inputs, Index outputs, std::uint64_t seed = 3)
      : weights(width, inputs), signs(width, outputs) {
    Control control;
    initializeNetwork<T>(seed, 1, weights.view(), signs.view(), control);
  }
  Network<T> view() const { return {weights.view(), signs.view()}; }
};

// f(x) = A^T relu(W x) / sqrt m.
template <class T>
std::vector<double> outputsOf(const Network<T>& network, const T* x) {
  std::vector<double> f(static_cast<std::size_t>(network.outputs()), 0);
  for (Index r = 0; r < network.width(); ++r) {
    const double hidden = std::max(0.0, inner(network.weights.row(r), x, network.inputs()));
    for (Index k = 0; k < network.outputs(); ++k) {
      f[static_cast<std::size_t>(k)] += static_cast<double>(network.signs(r, k)) * hidden;
    }
  }
  for (double& value : f) value /= std::sqrt(static_cast<double>(network.width()));
  return f;
}

// The loss of outputs f at target y, by its definition.
template <class T>
double lossOf(Loss loss, const std::vector<double>& f, const T* y) {
  double value = 0, total = 0;
  for (const double output : f) total += std::exp(output);
  for (std::size_t k = 0; k < f.size(); ++k) {
    const double target = static_cast<double>(y[k]);
    value += loss == Loss::kSquared ? 0.5 * (f[k] - target) * (f[k] - target)
                                    : -target * (f[k] - std::log(total));
  }
  return value;
}

}  // namespace ntkit::test
