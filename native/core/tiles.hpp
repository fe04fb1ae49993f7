// How an n x n or q x n result is cut into tiles. The boundaries depend on the shape alone, never
// on the number of threads, and each tile is computed by one thread: same bits at any thread count.
#pragma once

#include <algorithm>
#include <vector>

#include "parallel.hpp"

namespace ntkit {

// Tile edge: 256 x 256 doubles are 512 KiB, so a tile stays in a core's L2 cache between the
// product that makes it and the map that follows.
constexpr Index kTile = 256;

struct TileRange {
  Index firstRow, rows, firstCol, cols;
};

// The index-th pair (row, col), col <= row < blocks, of a lower triangle: rows from the last, which
// is the longest, to the first.
struct BlockPair {
  Index row, col;
};
inline BlockPair lowerPair(Index index, Index blocks) {
  Index row = blocks - 1, col = index;
  while (col > row) col -= row-- + 1;
  return {row, col};
}

// Copies the strict lower triangle of the diagonal tile, or the whole off-diagonal tile, across the
// diagonal.
template <class T>
void mirrorTile(MatrixView<T> K, const TileRange& tile) {
  // 16 x 16 sub-blocks: reads and writes both stay within a few cache lines.
  constexpr Index kSub = 16;
  for (Index i0 = tile.firstRow; i0 < tile.firstRow + tile.rows; i0 += kSub) {
    const Index iEnd = std::min(i0 + kSub, tile.firstRow + tile.rows);
    for (Index j0 = tile.firstCol; j0 < tile.firstCol + tile.cols; j0 += kSub) {
      const Index jEnd = std::min(j0 + kSub, tile.firstCol + tile.cols);
      for (Index i = i0; i < iEnd; ++i) {
        for (Index j = j0; j < std::min(jEnd, i); ++j) K(j, i) = K(i, j);
      }
    }
  }
}

// The tiles on or below the diagonal of an n x n result, edges of `edge`, those of most work first:
// what the end of a loop is left with is small, and its threads end together. A diagonal tile has
// firstRow == firstCol, and half the work.
inline std::vector<TileRange> lowerTiles(Index n, Index edge) {
  const Index blocks = blockCount(n, edge);
  const auto size = [&](Index block) { return std::min(edge, n - block * edge); };
  std::vector<TileRange> tiles;
  tiles.reserve(static_cast<std::size_t>(blocks * (blocks + 1) / 2));
  for (Index row = blocks - 1; row >= 0; --row) {
    for (Index col = 0; col <= row; ++col) {
      tiles.push_back({row * edge, size(row), col * edge, size(col)});
    }
  }
  const auto work = [](const TileRange& tile) {
    return tile.rows * tile.cols * (tile.firstRow == tile.firstCol ? 1 : 2);
  };
  // Among equals the order stays: tiles of one row share its panels.
  std::stable_sort(tiles.begin(), tiles.end(),
                   [&](const TileRange& a, const TileRange& b) { return work(a) > work(b); });
  return tiles;
}

// Runs body(tile) for each of them.
template <class Body>
void symmetricTiles(Index n, Index edge, Control& control, const Body& body) {
  const std::vector<TileRange> tiles = lowerTiles(n, edge);
  control.expect(static_cast<double>(tiles.size()));
  parallelFor(control, static_cast<Index>(tiles.size()), [&](Index index) {
    body(tiles[static_cast<std::size_t>(index)]);
    control.advance();
  });
}

// Runs body(tile) for every tile of a rows x cols result.
template <class Body>
void rectangularTiles(Index rows, Index cols, Index edge, Control& control, const Body& body) {
  const Index rowBlocks = blockCount(rows, edge), colBlocks = blockCount(cols, edge);
  control.expect(static_cast<double>(rowBlocks * colBlocks));
  parallelFor(control, rowBlocks * colBlocks, [&](Index index) {
    const Index row = index / colBlocks * edge, col = index % colBlocks * edge;
    body(TileRange{row, std::min(edge, rows - row), col, std::min(edge, cols - col)});
    control.advance();
  });
}

}  // namespace ntkit
