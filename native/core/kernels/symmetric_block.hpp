// Part of Y = A X for a symmetric A of which one triangle alone is read, once, and eight vectors:
//
//   y_i += sum_(j <= i) A_ij x_j,  y_j += A_ij x_i for j < i,  over rows i and columns j of a
//   block of the lower triangle;
//
//   y_i += sum_(j > i) A_ij x_j,  y_j += A_ij x_i,  over one of the upper triangle, without the
//   diagonal.
//
// A: row-major at distance `stride`. x_i, y_i: the eight elements of row i side by side, so that an
// element of A, broadcast, meets all of them: four rows at a time, each element of A loaded once
// for sixteen multiply-adds. Within a block x and y stay in the L1 cache.
//
// Sums in the order of the columns, in the upper triangle those of a square at the diagonal last;
// fused where the set has fused operations but for the triangle
// at the diagonal.
#pragma once

#include "../matrix_view.hpp"
#if defined(NTKIT_KERNEL)
#include "vector.hpp"
#endif

namespace ntkit {

inline constexpr Index kBlockVectors = 8;

// Rows that the kernel takes at a time; a range that ends elsewhere ends slowly.
inline constexpr Index kSymmetricBlockRows = 4;
// Columns of a range, when it is followed by one of the same rows.
inline constexpr Index kSymmetricBlockCols = 128;

enum class Triangle { kLower, kStrictUpper };

struct SymmetricBlockRange {
  Index firstRow, endRow, firstCol, endCol;
  Triangle triangle = Triangle::kLower;
  // Whether the y_j of columns beside the range's rows start with its first row, whatever they
  // held.
  bool starts = false;
};

using SymmetricBlock = void (*)(const double* A, Index stride, const SymmetricBlockRange& range,
                                const double* X, double* Y);

void symmetricBlockPortable(const double*, Index, const SymmetricBlockRange&, const double*,
                            double*);
#if defined(__x86_64__)
void symmetricBlockAvx2(const double*, Index, const SymmetricBlockRange&, const double*, double*);
void symmetricBlockAvx512(const double*, Index, const SymmetricBlockRange&, const double*, double*);
#endif

#if defined(NTKIT_KERNEL)

// kRows rows of A from `row`, columns from `first` to `end`, all on one side of the diagonal.
template <class V, Index kRows, bool kStarts>
NTKIT_KERNEL NTKIT_INLINE void symmetricBlockRows(const double* row, Index stride, Index first,
                                                  Index end, const double* xi, const double* X,
                                                  double* yi, double* Y) {
  constexpr Index kLanes = V::kLanes, kVectors = kBlockVectors / kLanes;
  // Narrower registers are too few to hold x_i.
  constexpr bool kHeld = kVectors == 1;
  V sums[kRows][kVectors], factors[kHeld ? kRows : 1];
  for (Index r = 0; r < kRows; ++r) {
    if constexpr (kHeld) factors[r] = V::load(xi + r * kBlockVectors);
    for (Index v = 0; v < kVectors; ++v) sums[r][v] = V::load(yi + r * kBlockVectors + v * kLanes);
  }
  for (Index j = first; j < end; ++j) {
    V xj[kVectors], yj[kVectors];
    for (Index v = 0; v < kVectors; ++v) {
      xj[v] = V::load(X + j * kBlockVectors + v * kLanes);
      yj[v] = kStarts ? V::set(0) : V::load(Y + j * kBlockVectors + v * kLanes);
    }
    // The same rows of the range after this one, which the processor does not foresee: it sees too
    // few elements of a row together. Narrower registers take as long as the memory without it.
    for (Index r = 0; kHeld && r < kRows && j % kCacheLine<double> == 0; ++r) {
      __builtin_prefetch(row + r * stride + j + kSymmetricBlockCols, 0, 2);
    }
    for (Index r = 0; r < kRows; ++r) {
      const V a = V::set(row[r * stride + j]);
      for (Index v = 0; v < kVectors; ++v) {
        const V factor =
            kHeld ? factors[kHeld ? r : 0] : V::load(xi + r * kBlockVectors + v * kLanes);
        sums[r][v] = V::mulAdd(a, xj[v], sums[r][v]);
        yj[v] = V::mulAdd(a, factor, yj[v]);
      }
    }
    for (Index v = 0; v < kVectors; ++v) yj[v].store(Y + j * kBlockVectors + v * kLanes);
  }
  for (Index r = 0; r < kRows; ++r) {
    for (Index v = 0; v < kVectors; ++v) sums[r][v].store(yi + r * kBlockVectors + v * kLanes);
  }
}

// A group of kRows rows, or of fewer.
template <class V, Index kRows, bool kStarts>
NTKIT_KERNEL NTKIT_INLINE void symmetricBlockGroup(const double* row, Index stride, Index rows,
                                                   Index first, Index end, const double* xi,
                                                   const double* X, double* yi, double* Y) {
  if (rows == kRows) {
    symmetricBlockRows<V, kRows, kStarts>(row, stride, first, end, xi, X, yi, Y);
    return;
  }
  symmetricBlockRows<V, 1, kStarts>(row, stride, first, end, xi, X, yi, Y);
  for (Index r = 1; r < rows; ++r) {
    symmetricBlockRows<V, 1, false>(row + r * stride, stride, first, end, xi + r * kBlockVectors, X,
                                    yi + r * kBlockVectors, Y);
  }
}

template <class V>
NTKIT_KERNEL void symmetricBlock(const double* A, Index stride, const SymmetricBlockRange& range,
                                 const double* X, double* Y) {
  constexpr Index kRows = kSymmetricBlockRows;
  const bool lower = range.triangle == Triangle::kLower;
  for (Index i = range.firstRow; i < range.endRow; i += kRows) {
    const Index rows = std::min(kRows, range.endRow - i);
    const Index first = lower ? range.firstCol : std::max(range.firstCol, i + rows);
    const Index end = lower ? std::min(range.endCol, i) : range.endCol;
    const double* const row = A + i * stride;
    const double* const xi = X + i * kBlockVectors;
    double* const yi = Y + i * kBlockVectors;
    if (range.starts && i == range.firstRow) {
      symmetricBlockGroup<V, kRows, true>(row, stride, rows, first, end, xi, X, yi, Y);
    } else {
      symmetricBlockGroup<V, kRows, false>(row, stride, rows, first, end, xi, X, yi, Y);
    }
    // The triangle where these rows meet the diagonal.
    for (Index r = 0; r < rows; ++r) {
      const Index from = lower ? i : i + r + 1, to = lower ? i + r + 1 : i + rows;
      for (Index j = std::max(from, range.firstCol); j < std::min(range.endCol, to); ++j) {
        const double a = row[r * stride + j];
        for (Index v = 0; v < kBlockVectors; ++v) {
          yi[r * kBlockVectors + v] += a * X[j * kBlockVectors + v];
          if (j != i + r) Y[j * kBlockVectors + v] += a * xi[r * kBlockVectors + v];
        }
      }
    }
  }
}

#endif

}  // namespace ntkit
