#include "product.hpp"

#include "parallel.hpp"

namespace ntkit {
namespace {

using blas::Op;

// Tiles to aim for; more rows than kMostRows at once gain nothing, fewer than kLeastRows leave BLAS
// packing instead of multiplying, and so do columns below kLeastCols.
constexpr Index kTiles = 16, kLeastRows = 256, kMostRows = 512, kLeastCols = 128;

// Multiplications a BLAS call may take at most: some 60 ms of a core, between two looks at an
// abort. Parts of the inner dimension are multiples of the library's own, so that they cost
// nothing.
constexpr Index kMostWork = Index{1} << 30, kInnerUnit = 512;

struct Cut {
  Index rows, cols, inner;
};

Cut cutOf(Index rows, Index cols, Index inner) {
  Cut cut{};
  cut.rows = equalBlock(rows, std::clamp(blockCount(rows, kTiles), kLeastRows, kMostRows));
  const Index rowBlocks = blockCount(rows, cut.rows);
  const Index parts = std::max<Index>(1, std::min(kTiles / 2 / rowBlocks, cols / kLeastCols));
  cut.cols = equalBlock(cols, blockCount(cols, parts));
  const Index affordable = kMostWork / (cut.rows * cut.cols) / kInnerUnit * kInnerUnit;
  cut.inner = std::min(inner, std::max(affordable, kInnerUnit));
  return cut;
}

}  // namespace

Index equalBlock(Index size, Index most) {
  const Index even = blockCount(size, blockCount(size, most));
  return std::min(size, blockCount(even, 8) * 8);
}

template <class T>
void multiply(T alpha, ConstMatrixView<T> A, Op opB, ConstMatrixView<T> B, MatrixView<T> C,
              Control& control, const RowsDone<T>& done) {
  const Cut cut = cutOf(C.rows, C.cols, A.cols);
  const Index rowBlocks = blockCount(C.rows, cut.rows), colBlocks = blockCount(C.cols, cut.cols);
  control.expect(static_cast<double>(rowBlocks * colBlocks));
  parallelFor(control, rowBlocks * colBlocks, [&](Index index) {
    const Index row = index / colBlocks * cut.rows, col = index % colBlocks * cut.cols;
    const Index rows = std::min(cut.rows, C.rows - row), cols = std::min(cut.cols, C.cols - col);
    const auto tile = C.block(row, rows, col, cols);
    for (Index k = 0; k < A.cols; k += cut.inner) {
      if (k > 0) control.checkpoint();
      const Index inner = std::min(cut.inner, A.cols - k);
      const auto right =
          opB == Op::kNone ? B.block(k, inner, col, cols) : B.block(col, cols, k, inner);
      blas::gemm<T>(Op::kNone, opB, alpha, A.block(row, rows, k, inner), right, k > 0 ? 1 : 0,
                    tile);
    }
    if (done && colBlocks == 1) done(tile);
    control.advance();
  });
  if (!done || colBlocks == 1) return;
  parallelBlocks(control, C.rows, kLeastRows,
                 [&](Index first, Index count) { done(C.rowBlock(first, count)); });
}

template void multiply(double, ConstMatrixView<double>, Op, ConstMatrixView<double>,
                       MatrixView<double>, Control&, const RowsDone<double>&);
template void multiply(float, ConstMatrixView<float>, Op, ConstMatrixView<float>, MatrixView<float>,
                       Control&, const RowsDone<float>&);

}  // namespace ntkit
