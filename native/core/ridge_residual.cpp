#include "ridge_residual.hpp"

#include <cmath>

#include "parallel.hpp"
#include "symmetric_product.hpp"
#include "symmetry.hpp"

namespace ntkit {
namespace {

constexpr Index kRows = 48;  // of K a task, and columns of R

struct RowNorms {
  double sum = 0, squares = 0;  // of |a_j|, of a_j^2
};

// In eight sums side by side, which compilers keep in vectors. What follows a page further on is
// asked for: the processor's own foresight ends with the page.
RowNorms normsOf(const double* row, Index n) {
  constexpr Index kLanes = 8, kAhead = 4096 / sizeof(double);
  double sum[kLanes] = {}, squares[kLanes] = {};
  Index j = 0;
  for (; j + kLanes <= n; j += kLanes) {
    __builtin_prefetch(row + j + kAhead);
    for (Index lane = 0; lane < kLanes; ++lane) {
      sum[lane] += std::fabs(row[j + lane]);
      squares[lane] += row[j + lane] * row[j + lane];
    }
  }
  RowNorms norms;
  for (; j < n; ++j) {
    norms.sum += std::fabs(row[j]);
    norms.squares += row[j] * row[j];
  }
  for (Index lane = 0; lane < kLanes; ++lane) {
    norms.sum += sum[lane];
    norms.squares += squares[lane];
  }
  return norms;
}

}  // namespace

SymmetricNorms inspectKernel(ConstMatrixView<double> K, double ridge, double* diagonal,
                             Control& control) {
  const Index n = K.rows;
  requireSymmetric(K, "K", control);
  Buffer<double> sums(n), squares(n);
  parallelBlocks(control, n, kRows, [&](Index first, Index count) {
    for (Index i = first; i < first + count; ++i) {
      const double* const row = K.row(i);
      diagonal[i] = row[i] + ridge;
      const RowNorms left = normsOf(row, i), right = normsOf(row + i + 1, n - i - 1);
      sums[i] = left.sum + right.sum + std::fabs(diagonal[i]);
      squares[i] = left.squares + right.squares + diagonal[i] * diagonal[i];
    }
  });
  double one = 0, square = 0;
  for (Index i = 0; i < n; ++i) {
    one = std::max(one, sums[i]);
    square += squares[i];
  }
  return {one, std::sqrt(square)};
}

void residualRows(ConstMatrixView<double> upper, const double* diagonal, ConstMatrixView<double> X,
                  ConstMatrixView<double> Y, MatrixView<double> R, Control& control) {
  const Index n = upper.rows;
  SymmetricBlockProduct product(n, Triangle::kStrictUpper);
  for (Index row = 0; row < X.rows; row += kBlockVectors) {
    const Index rows = std::min(kBlockVectors, X.rows - row);
    const auto x = X.rowBlock(row, rows), y = Y.rowBlock(row, rows);
    const auto r = R.rowBlock(row, rows);
    product.take(x, 0, n);
    parallelFor(control, SymmetricBlockProduct::parts(n),
                [&](Index part) { product.part(upper, part); });
    parallelBlocks(control, n, kRows, [&](Index first, Index count) {
      product.sum(r, first, count);
      for (Index i = 0; i < rows; ++i) {
        for (Index j = first; j < first + count; ++j) {
          r(i, j) = y(i, j) - (r(i, j) + diagonal[j] * x(i, j));
        }
      }
    });
  }
}

Index residualWorkspace(Index n) { return SymmetricBlockProduct::workspace(n); }

}  // namespace ntkit
