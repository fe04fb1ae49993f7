// Operations on the rows of a matrix.
#pragma once

#include <cmath>

#include "matrix_view.hpp"

namespace ntkit {

// relu, in place. NaN stays NaN, so that it is seen where it comes out.
template <class T>
void rectify(T* a, Index length) {
  for (Index i = 0; i < length; ++i) a[i] = a[i] < 0 ? T{0} : a[i];
}

// Inner product of two contiguous vectors, accumulated in double whatever T is: in eight sums, so
// that compilers vectorise it and no addition waits for the one before.
template <class T>
double dot(const T* a, const T* b, Index length) {
  constexpr Index kSums = 8;
  double sums[kSums] = {};
  Index i = 0;
  for (; i + kSums <= length; i += kSums) {
    for (Index s = 0; s < kSums; ++s) {
      sums[s] += static_cast<double>(a[i + s]) * static_cast<double>(b[i + s]);
    }
  }
  for (; i < length; ++i) sums[i % kSums] += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

template <class T>
double norm(const T* a, Index length) {
  return std::sqrt(dot(a, a, length));
}

// norms[i] = |x_i|.
template <class T>
Buffer<double> rowNorms(ConstMatrixView<T> X) {
  Buffer<double> norms(X.rows);
  for (Index i = 0; i < X.rows; ++i) norms[i] = norm(X.row(i), X.cols);
  return norms;
}

// Scales one vector to unit l2 norm and returns the norm it had. A zero vector stays zero.
template <class T>
double normalize(T* a, Index length) {
  const double size = norm(a, length);
  if (size > 0) {
    const double inverse = 1 / size;
    for (Index i = 0; i < length; ++i) a[i] = static_cast<T>(static_cast<double>(a[i]) * inverse);
  }
  return size;
}

}  // namespace ntkit
