// Householder reflectors of symmetric reductions: H = I - tau v v^T with v_last = 1, which takes a
// vector to a multiple of the last unit vector.
#pragma once

#include <cmath>

#include "rows.hpp"

namespace ntkit {

// v_last = 1, the other elements are those of the vector times scale.
struct Reflection {
  double beta, tau, scale;
};

// Of a vector by its last element, alpha, and the sum of the squares of the others. Elements whose
// squares underflow count as zero.
inline Reflection reflectionOf(double alpha, double squares) {
  if (!(squares > 1e-300)) return {alpha, 0, 0};
  const double beta = -std::copysign(std::sqrt(squares + alpha * alpha), alpha);
  return {beta, (beta - alpha) / beta, 1 / (alpha - beta)};
}

// The reflector that takes v_0 ... v_(size-1) to beta times the last unit vector; v is overwritten
// with it.
inline Reflection reflect(double* v, Index size) {
  const Reflection reflection = reflectionOf(v[size - 1], dot(v, v, size - 1));
  for (Index j = 0; j < size - 1; ++j) v[j] *= reflection.scale;
  v[size - 1] = 1;
  return reflection;
}

// T of H_0 H_1 ... = I + V^T T V, upper triangular (minus that of LAPACK's dlarft, forward), in
// place of V V^T, whose rows are the v. Columns before `first` are there already, with zeros below
// the diagonal.
inline void blockFactor(const double* tau, MatrixView<double> T, Index first = 0) {
  const Index k = T.rows;
  Buffer<double> column(k);
  for (Index j = first; j < k; ++j) {
    for (Index i = 0; i < j; ++i) column[i] = T(i, j);
    for (Index i = 0; i < k; ++i) {
      double sum = 0;
      for (Index p = i; p < j; ++p) sum += T(i, p) * column[p];
      T(i, j) = i == j ? -tau[j] : i < j ? -tau[j] * sum : 0;
    }
  }
}

}  // namespace ntkit
