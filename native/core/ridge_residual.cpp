#include "ridge_residual.hpp"

#include <cmath>

#include "cpu.hpp"
#include "parallel.hpp"
#include "strip_panel.hpp"
#include "symmetry.hpp"

namespace ntkit {
namespace {

constexpr Index kRows = 48;    // rows of K a task, and columns of R
constexpr Index kDepth = 240;  // elements of a sum before they are subtracted

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
  const StripKernel<double>& kernel = kernels().strips->forDouble;
  Buffer<double> rows(roundUp(X.rows, kernel.rows) * n);
  packStrips(X, Order::kAscending, kernel.rows, n, rows.data());
  parallelBlocks(control, n, kRows, [&](Index first, Index count) {
    Buffer<double> strips(roundUp(count, kStripMultiple) * kDepth);
    const auto target = R.block(0, R.rows, first, count);
    for (Index r = 0; r < Y.rows; ++r) std::copy_n(Y.row(r) + first, count, target.row(r));
    const auto subtract = [&](Index from, Index depth) {
      subtractProduct<double>(kernel, depth, {rows.data() + from * kernel.rows, n},
                              {strips.data(), kDepth}, Part::kWhole, target);
    };
    // Rows of A above the block, the block itself, and the columns right of it, transposed.
    for (Index k = 0; k < first; k += kDepth) {
      const Index depth = std::min(kDepth, first - k);
      packLines<double>(upper.block(k, depth, first, count), Order::kAscending, kernel.cols, kDepth,
                        strips.data());
      subtract(k, depth);
    }
    OwnedMatrix<double> block(count, count);
    for (Index i = 0; i < count; ++i) {
      block.view()(i, i) = diagonal[first + i];
      for (Index j = i + 1; j < count; ++j) {
        block.view()(i, j) = block.view()(j, i) = upper(first + i, first + j);
      }
    }
    packLines<double>(block.view(), Order::kAscending, kernel.cols, kDepth, strips.data());
    subtract(first, count);
    for (Index k = first + count; k < n; k += kDepth) {
      const Index depth = std::min(kDepth, n - k);
      packStrips<double>(upper.block(first, count, k, depth), Order::kAscending, kernel.cols,
                         kDepth, strips.data());
      subtract(k, depth);
    }
  });
}

Index residualWorkspace(Index n, Index m) { return roundUp(m, kMaxStripRows) * n; }

}  // namespace ntkit
