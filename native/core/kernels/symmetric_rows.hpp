// Part of y = A x for a symmetric A of which the lower triangle alone is read, once:
//
//   y_i = sum_(j <= i) A_ij x_j,  y_j += A_ij x_i for j < i,  over the rows i of a range.
//
// y is written from its start to the end of the range, whatever it held.
// A: row-major at distance `stride`. x, y: contiguous, without overlap. Bound by the memory that A
// streams from: six rows at a time, whose sums and factors fill sixteen registers, so that x and y
// are passed once for six rows of A.
//
// Four lanes on every instruction set, no fused operations: the same bits everywhere.
#pragma once

#include <cstring>

#include "../matrix_view.hpp"

namespace ntkit {

// Rows that the kernel takes at a time; a range that ends elsewhere ends slowly.
inline constexpr Index kSymmetricRows = 6;

using SymmetricRows = void (*)(const double* A, Index stride, Index firstRow, Index endRow,
                               const double* x, double* y);

void symmetricRowsPortable(const double*, Index, Index, Index, const double*, double*);
#if defined(__x86_64__)
void symmetricRowsAvx2(const double*, Index, Index, Index, const double*, double*);
#endif

// One group of rows; the first of a range starts y, the others add to it.
template <bool kStarts>
[[gnu::always_inline]] inline void symmetricRowGroup(const double* __restrict A, Index stride,
                                                     Index i, const double* __restrict x,
                                                     double* __restrict y) {
  typedef double Lanes __attribute__((vector_size(32)));
  constexpr Index kLanes = 4, kRows = kSymmetricRows;
  const double* rows[kRows];
  Lanes sums[kRows], factors[kRows];
  for (Index r = 0; r < kRows; ++r) {
    rows[r] = A + (i + r) * stride;
    sums[r] = Lanes{};
    factors[r] = Lanes{} + x[i + r];
    y[i + r] = 0;
  }
  Index j = 0;
  for (; j + kLanes <= i; j += kLanes) {
    Lanes xj, yj{};
    std::memcpy(&xj, x + j, sizeof(Lanes));
    if constexpr (!kStarts) std::memcpy(&yj, y + j, sizeof(Lanes));
    for (Index r = 0; r < kRows; ++r) {
      Lanes a;
      std::memcpy(&a, rows[r] + j, sizeof(Lanes));
      sums[r] += a * xj;
      yj += a * factors[r];
    }
    std::memcpy(y + j, &yj, sizeof(Lanes));
  }
  if constexpr (kStarts) {
    for (Index k = j; k < i; ++k) y[k] = 0;
  }
  for (Index r = 0; r < kRows; ++r) {
    double sum = (sums[r][0] + sums[r][1]) + (sums[r][2] + sums[r][3]);
    for (Index k = j; k < i + r; ++k) {
      sum += rows[r][k] * x[k];
      y[k] += rows[r][k] * x[i + r];
    }
    y[i + r] += sum + rows[r][i + r] * x[i + r];
  }
}

// The loop itself, inlined into one function an instruction set.
[[gnu::always_inline]] inline void symmetricRowsLoop(const double* __restrict A, Index stride,
                                                     Index firstRow, Index endRow,
                                                     const double* __restrict x,
                                                     double* __restrict y) {
  Index i = firstRow;
  if (i + kSymmetricRows <= endRow) {
    symmetricRowGroup<true>(A, stride, i, x, y);
    i += kSymmetricRows;
  } else {
    for (Index j = 0; j < i; ++j) y[j] = 0;
  }
  for (; i + kSymmetricRows <= endRow; i += kSymmetricRows) {
    symmetricRowGroup<false>(A, stride, i, x, y);
  }
  for (; i < endRow; ++i) {
    const double* const row = A + i * stride;
    double sum = 0;
    for (Index j = 0; j < i; ++j) {
      sum += row[j] * x[j];
      y[j] += row[j] * x[i];
    }
    y[i] = sum + row[i] * x[i];
  }
}

}  // namespace ntkit
