#include "product.hpp"

#include "parallel.hpp"

namespace ntkit {
namespace {

// Tasks to aim for.
constexpr Index kTasks = 16;

struct Cut {
  Index rows, cols;
};

Cut cutOf(Index rows, Index cols) {
  Cut cut{};
  cut.rows = equalBlock(rows, kProductTile);
  const Index rowBlocks = blockCount(rows, cut.rows);
  const Index tiles = blockCount(cols, kProductTile);
  cut.cols = blockCount(tiles, std::clamp<Index>(kTasks / rowBlocks, 1, tiles)) * kProductTile;
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
  if (C.rows == 0 || C.cols == 0) return;
  const PackedRows<T> columns =
      opB == Op::kNone ? PackedRows<T>::columns(B, control) : PackedRows<T>(B, control);
  const Cut cut = cutOf(C.rows, C.cols);
  const Index rowBlocks = blockCount(C.rows, cut.rows), colBlocks = blockCount(C.cols, cut.cols);
  control.expect(static_cast<double>(rowBlocks * colBlocks));
  parallelFor(control, rowBlocks * colBlocks, [&](Index index) {
    const Index row = index / colBlocks * cut.rows, col = index % colBlocks * cut.cols;
    const Index rows = std::min(cut.rows, C.rows - row), end = std::min(col + cut.cols, C.cols);
    const PackedRows<T> own(A.rowBlock(row, rows), control);
    for (Index first = col; first < end; first += kProductTile) {
      const TileRange tile{0, rows, first, std::min(kProductTile, end - first)};
      eachProductRow(own, columns, 0, tile, control,
                     [&](Index i, Index j, Index count, const T* products) {
                       T* const out = C.row(row + i) + j;
                       for (Index k = 0; k < count; ++k) out[k] = alpha * products[k];
                     });
    }
    if (done && colBlocks == 1) done(C.rowBlock(row, rows));
    control.advance();
  });
  if (!done || colBlocks == 1) return;
  parallelBlocks(control, C.rows, kProductTile,
                 [&](Index first, Index count) { done(C.rowBlock(first, count)); });
}

template void multiply(double, ConstMatrixView<double>, Op, ConstMatrixView<double>,
                       MatrixView<double>, Control&, const RowsDone<double>&);
template void multiply(float, ConstMatrixView<float>, Op, ConstMatrixView<float>, MatrixView<float>,
                       Control&, const RowsDone<float>&);

}  // namespace ntkit
