#include "ridge.hpp"

#include <cmath>
#include <limits>

#include "blas.hpp"
#include "rows.hpp"
#include "symmetry.hpp"
#include "tiles.hpp"

namespace ntkit {
namespace {

using blas::Op;
using blas::Side;

constexpr Index kSolveBlock = 64;

// The first pivot of a plain Cholesky factorisation that is not positive: LAPACK says where it is,
// not what.
double failingPivot(MatrixView<double> A) {
  for (Index j = 0; j < A.rows; ++j) {
    const double pivot = A(j, j) - dot(A.row(j), A.row(j), j);
    if (!(pivot > 0)) return pivot;
    A(j, j) = std::sqrt(pivot);
    for (Index i = j + 1; i < A.rows; ++i) {
      A(i, j) = (A(i, j) - dot(A.row(i), A.row(j), j)) / A(j, j);
    }
  }
  return 0;
}

}  // namespace

RidgeFactor::RidgeFactor(OwnedMatrix<double> K, double ridge, Control& control)
    : factor_(std::move(K)), diagonal_(factor_.rows()), ridge_(ridge) {
  const auto A = factor_.view();
  requireSymmetric(A, "K", control);
  for (Index i = 0; i < A.rows; ++i) diagonal_[i] = A(i, i) += ridge;
  factorize(control);
  smallestPivot_ = std::numeric_limits<double>::infinity();
  for (Index i = 0; i < A.rows; ++i) smallestPivot_ = std::min(smallestPivot_, A(i, i) * A(i, i));
}

void RidgeFactor::factorize(Control& control) {
  const auto A = factor_.view();
  const Index n = A.rows, blocks = blockCount(n, kTile);
  const auto blockAt = [&](Index i, Index j) {
    return A.block(i * kTile, std::min(kTile, n - i * kTile), j * kTile,
                   std::min(kTile, n - j * kTile));
  };
  control.expect(static_cast<double>(blocks) * static_cast<double>(blocks + 1) *
                 static_cast<double>(blocks + 2) / 6);
  for (Index k = 0; k < blocks; ++k) {
    const auto pivotBlock = blockAt(k, k);
    runOnPool(control, [&] {
      OwnedMatrix<double> before(pivotBlock.rows, pivotBlock.cols);
      for (Index i = 0; i < pivotBlock.rows; ++i) {
        std::copy_n(pivotBlock.row(i), pivotBlock.cols, before.view().row(i));
      }
      if (const Index order = blas::potrfLower(pivotBlock); order != 0) {
        throw Error(ErrorCode::kNotPositiveDefinite,
                    "K + ridge I is not positive definite: pivot " +
                        std::to_string(k * kTile + order) + " of " + std::to_string(n) + " is " +
                        shortNumber(failingPivot(before.view())) + " with ridge " +
                        shortNumber(ridge_) + "; try a larger ridge");
      }
    });
    const Index below = blocks - k - 1;
    parallelFor(control, below, [&](Index row) {
      blas::trsmLower(Side::kRight, Op::kTranspose, pivotBlock, blockAt(k + 1 + row, k));
    });
    parallelFor(control, below * (below + 1) / 2, [&](Index index) {
      const auto [row, col] = lowerPair(index, below);
      const Index i = k + 1 + row, j = k + 1 + col;
      if (i == j) {
        blas::syrkLower<double>(Op::kNone, -1, blockAt(i, k), 1, blockAt(i, i));
      } else {
        blas::gemm<double>(Op::kNone, Op::kTranspose, -1, blockAt(i, k), blockAt(j, k), 1,
                           blockAt(i, j));
      }
    });
    control.advance(static_cast<double>((below + 1) * (below + 2)) / 2);
  }
}

double RidgeFactor::conditionEstimate(Control& control) const {
  const auto A = factor_.view();
  const Index n = A.rows;
  Buffer<double> columnSums(n);
  for (Index i = 0; i < n; ++i) columnSums[i] = std::fabs(diagonal_[i]);
  for (Index i = 0; i < n; ++i) {
    for (Index j = i + 1; j < n; ++j) {
      columnSums[i] += std::fabs(A(i, j));
      columnSums[j] += std::fabs(A(i, j));
    }
  }
  const double norm1 = *std::max_element(columnSums.begin(), columnSums.end());
  double reciprocal = 0;
  runOnPool(control, [&] { reciprocal = blas::poconLower(A, norm1); });
  return 1 / reciprocal;
}

void RidgeFactor::solveRows(MatrixView<double> B, Control& control) const {
  const auto L = factor_.view();
  control.expect(static_cast<double>(B.rows));
  parallelBlocks(control, B.rows, kSolveBlock, [&](Index first, Index count) {
    // B A^-1 = (B L^-T) L^-1.
    blas::trsmLower(Side::kRight, Op::kTranspose, L, B.rowBlock(first, count));
    blas::trsmLower(Side::kRight, Op::kNone, L, B.rowBlock(first, count));
    control.advance(static_cast<double>(count));
  });
}

Buffer<double> RidgeFactor::inverseDiagonal(Control& control) const {
  const auto L = factor_.view();
  const Index n = L.rows;
  Buffer<double> h(n);
  control.expect(static_cast<double>(n) * static_cast<double>(n) / 2);
  parallelBlocks(control, n, kSolveBlock, [&](Index first, Index count) {
    // Columns first ... first + count - 1 of L^-1 are zero above row `first`.
    const Index below = n - first;
    OwnedMatrix<double> columns(below, count);
    columns.elements().fill(0);
    const auto view = columns.view();
    for (Index i = 0; i < count; ++i) view(i, i) = 1;
    blas::trsmLower(Side::kLeft, Op::kNone, L.block(first, below, first, below), view);
    for (Index j = 0; j < count; ++j) h[first + j] = 0;
    for (Index i = 0; i < below; ++i) {
      for (Index j = 0; j < count; ++j) h[first + j] += view(i, j) * view(i, j);
    }
    control.advance(static_cast<double>(below) * static_cast<double>(count));
  });
  return h;
}

double RidgeFactor::relativeResidual(ConstMatrixView<double> alphaRows,
                                     ConstMatrixView<double> yRows) const {
  const auto A = factor_.view();
  const Index n = A.rows;
  double residual2 = 0, alpha2 = 0, y2 = 0, a2 = 0;
  OwnedMatrix<double> product(alphaRows.rows, n);
  blas::symmUpperRight(alphaRows, A, product.view());
  for (Index k = 0; k < alphaRows.rows; ++k) {
    for (Index i = 0; i < n; ++i) {
      const double alpha = alphaRows(k, i), y = yRows(k, i);
      // The product read L's diagonal in place of A's.
      const double fitted = product.view()(k, i) + (diagonal_[i] - A(i, i)) * alpha;
      residual2 += (y - fitted) * (y - fitted);
      alpha2 += alpha * alpha;
      y2 += y * y;
    }
  }
  for (Index i = 0; i < n; ++i) {
    a2 += diagonal_[i] * diagonal_[i];
    for (Index j = i + 1; j < n; ++j) a2 += 2 * A(i, j) * A(i, j);
  }
  const double scale = std::sqrt(a2 * alpha2) + std::sqrt(y2);
  return scale > 0 ? std::sqrt(residual2) / scale : 0;
}

}  // namespace ntkit
