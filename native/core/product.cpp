#include "product.hpp"

#include <vector>

#include "parallel.hpp"

namespace ntkit {
namespace {

// Tasks to aim for.
constexpr Index kTasks = 16;
// Up to so many rows columns are cut too.
constexpr Index kFewRows = 4 * kProductTile;

struct RowBlock {
  Index first, count;
};

// Of many rows blocks of an eighth of what is left, a tile at most and a quarter of one at least:
// threads end together. Eleven equal blocks of 2000 rows take two threads a tenth longer.
std::vector<RowBlock> rowBlocksOf(Index rows) {
  constexpr Index kLeast = kProductTile / 4;
  const Index equal = equalBlock(rows, kProductTile);
  std::vector<RowBlock> blocks;
  for (Index first = 0; first < rows; first += blocks.back().count) {
    const Index left = rows - first;
    Index block = equal;
    if (rows > kFewRows) block = std::clamp(blockCount(left, 64) * 8, kLeast, kProductTile);
    // No block for a few rows: it would pass all columns for them.
    if (left < block + kLeast / 2 && left <= kProductTile) block = left;
    blocks.push_back({first, block});
  }
  return blocks;
}

// Columns of a task.
Index columnBlockOf(Index rowBlocks, Index cols) {
  const Index tiles = blockCount(cols, kProductTile);
  return blockCount(tiles, std::clamp<Index>(kTasks / rowBlocks, 1, tiles)) * kProductTile;
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
  const std::vector<RowBlock> blocks = rowBlocksOf(C.rows);
  const Index rowBlocks = static_cast<Index>(blocks.size());
  const Index width = columnBlockOf(rowBlocks, C.cols), colBlocks = blockCount(C.cols, width);
  control.expect(static_cast<double>(rowBlocks * colBlocks));
  parallelFor(control, rowBlocks * colBlocks, [&](Index index) {
    const auto [row, rows] = blocks[static_cast<std::size_t>(index / colBlocks)];
    const Index col = index % colBlocks * width, end = std::min(col + width, C.cols);
    const PackedRows<T> own(A.rowBlock(row, rows), control);
    for (Index first = col; first < end; first += kProductTile) {
      const TileRange tile{0, rows, first, std::min(kProductTile, end - first)};
      eachProductRow(own, columns, 0, tile, control,
                     [&, row = row](Index i, Index j, Index count, const T* products) {
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
