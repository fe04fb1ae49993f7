// Products of rows, Z X^T, tile by tile: rows are packed once into the panels that the kernels of
// the instruction set multiply (kernels/gram_kernels.hpp), and every tile is computed from there
// into memory that stays in the L2 cache for the map that follows.
//
// Each product is one sum over k, in blocks of k whose size depends on d alone, and its bits depend
// on its two rows alone: <x, z> and <z, x> are the same, in whichever tile and product. Error:
// |fl(<x, z>) - <x, z>| <= d eps |x||z|.
#pragma once

#include <functional>
#include <optional>

#include "cpu.hpp"
#include "finite.hpp"
#include "memory.hpp"
#include "parallel.hpp"
#include "tiles.hpp"

namespace ntkit {

// Which elements of a tile are wanted: on the diagonal of a symmetric result the lower triangle is
// enough.
enum class TilePart { kWhole, kLower };

// What of a matrix is packed: its columns are the rows of its transpose.
enum class Side { kRows, kColumns };

template <class T>
class PackedRows {
 public:
  // The rows of X; row(i, k, count, out) writes `count` elements of row i from k, where the rows
  // that are packed are not those of memory.
  using RowPart = std::function<void(Index i, Index k, Index count, T* out)>;
  // They are multiplied in blocks of `blockDepth` elements; by default of the size that suits d.
  PackedRows(ConstMatrixView<T> X, Control& control, Index blockDepth = 0);
  PackedRows(Index rows, Index depth, const RowPart& row, Control& control);
  // The rows or the columns of memory that others may change later, packed before this returns, on
  // the calling thread with the help of the pool; nothing when an element is not finite.
  static std::optional<PackedRows> ofFinite(ConstMatrixView<T> X, Side side);
  // The columns of X.
  static PackedRows columns(ConstMatrixView<T> X, Control& control, Index blockDepth = 0);
  // Room for rows and blocks of that size, which assign fills.
  PackedRows(Index rows, Index depth, Index blockDepth = 0);
  // The rows of X, which take no more room than those of before, in blocks of the same depth.
  void assign(ConstMatrixView<T> X, Control& control);

  // Bytes of the packed rows of a rows x depth matrix, for the estimate of an operation's memory.
  static Index bytes(Index rows, Index depth);

  Index rows() const noexcept { return rows_; }
  Index depth() const noexcept { return depth_; }

  // The products of a tile of this X^T into `products`, whose rows are kProductTile apart. The tile
  // begins at multiples of half of kProductTile. kLower leaves what is above the tile's diagonal
  // undefined. The lines of `target`, where they go from there, come nearer meanwhile. Of longer
  // rows of X those elements count that start at `from`, where a block of X starts, whose depth
  // must be that of this.
  void multiply(const PackedRows& X, const TileRange& tile, TilePart part, T* products,
                const Control& control, const TileTarget<T>& target = {}, Index from = 0) const;

 private:
  // Calls pack(panels, first row, rows, first k, depth) for every block of k of a panel of rows, or
  // of some columns, in a loop that runs `tasks` of them.
  using PackBlock = std::function<void(T* panels, Index first, Index count, Index k, Index depth)>;
  using Loop = std::function<void(Index tasks, const std::function<void(Index)>& body)>;
  void packBlocks(Side side, const PackBlock& pack, const Loop& loop);
  void packBlocks(Side side, const PackBlock& pack, Control& control);
  static void packRows(ConstMatrixView<T> X, T* panel, Index first, Index count, Index k,
                       Index depth);
  static void packColumns(ConstMatrixView<T> X, T* panels, Index first, Index count, Index k,
                          Index depth);
  // Panels from row i of the block of k that starts at k.
  const T* panels(Index i, Index k) const noexcept;
  Index blockDepth(Index k) const noexcept { return std::min(blockDepth_, depth_ - k); }

  Index rows_ = 0, depth_ = 0, paddedRows_ = 0, blockDepth_ = 0;
  Buffer<T> elements_;
};

// The tile edge of an n x n or q x n result: small results in small tiles, for the sake of idle
// threads. Large tiles are 6 % faster: each panel is read from the L3 cache half as often.
constexpr Index productTileEdge(Index rows, Index cols) {
  return std::max(rows, cols) >= 4 * kProductTile ? kProductTile : kProductTile / 2;
}

// Memory of one thread for a tile's products and the pairs that its map hands back; it is kept for
// the thread's next tile.
template <class T>
struct ProductScratch {
  Buffer<T> products{kProductTile * kProductTile};
  Buffer<TilePair> pairs{kProductTile * kProductTile};

  static ProductScratch& ofThisThread();
  static constexpr Index bytes() {
    return kProductTile * kProductTile * static_cast<Index>(sizeof(T) + sizeof(TilePair));
  }
};

// Where a tile of K goes, and with `mirrored` its mirror image.
template <class T>
TileTarget<T> targetOf(MatrixView<T> K, const TileRange& tile, bool mirrored) {
  return {K.row(tile.firstRow) + tile.firstCol,
          mirrored ? K.row(tile.firstCol) + tile.firstRow : nullptr, K.stride};
}

// Copies the strict lower triangle of the first n x n products across the diagonal.
template <class T>
void mirrorProducts(T* products, Index n) {
  mirrorTile(MatrixView<T>{products, n, n, kProductTile}, {0, n, 0, n});
}

// Writes a tile of products to K as they are, and its mirror image to a symmetric K; of a tile on
// the diagonal the lower triangle is enough.
template <class T>
void writeTile(T* products, const TileRange& tile, bool symmetric, MatrixView<T> K) {
  const bool diagonal = symmetric && tile.firstRow == tile.firstCol;
  if (diagonal) mirrorProducts(products, tile.rows);
  MapTile<T> copy;
  copy.products = products;
  copy.rows = tile.rows;
  copy.cols = tile.cols;
  copy.target = targetOf(K, tile, symmetric && !diagonal);
  kernels().gram<T>().map(copy);
}

// Computes each tile of Z X^T and maps it into K, all of it finite (ERR_NOT_FINITE otherwise);
// `map` says how, its arrays being those of all rows and columns. Z is X itself for a symmetric K,
// of which only one triangle is computed. finish(first row, first column, map) is called for every
// strip of a tile with its pairs.
template <class T, class Finish>
void mapProducts(const PackedRows<T>& Z, const PackedRows<T>& X, const MapTile<T>& map,
                 MatrixView<T> K, Control& control, const Finish& finish) {
  // Strips of rows keep the time between two looks for an abort short, whatever the map.
  constexpr Index kStrip = 16;
  const auto mapTile = kernels().gram<T>().map;
  const bool symmetric = &Z == &X;
  const auto body = [&](const TileRange& tile) {
    ProductScratch<T>& scratch = ProductScratch<T>::ofThisThread();
    T* const products = scratch.products.data();
    const bool diagonal = symmetric && tile.firstRow == tile.firstCol;
    // Of a tile on the diagonal the mirror image is its other half.
    const TileTarget<T> target = targetOf(K, tile, symmetric);
    Z.multiply(X, tile, diagonal ? TilePart::kLower : TilePart::kWhole, products, control, target);
    for (Index first = 0; first < tile.rows; first += kStrip) {
      control.checkpoint();
      const Index row = tile.firstRow + first, col = tile.firstCol;
      MapTile<T> strip = map.from(row, col);
      strip.products = products + first * kProductTile;
      strip.rows = std::min(kStrip, tile.rows - first);
      strip.cols = tile.cols;
      if (diagonal) {
        // As far as its square on the diagonal, whose other half has the same values.
        mirrorProducts(products + first * (kProductTile + 1), strip.rows);
        strip.cols = first + strip.rows;
      }
      strip.target = target.fromRow(first);
      strip.pairs = scratch.pairs.data();
      mapTile(strip);
      finish(row, col, strip);
      for (Index i = 0; i < strip.rows; ++i) {
        requireFinite(strip.target.out + i * K.stride, strip.cols);
      }
    }
  };
  const Index edge = productTileEdge(K.rows, K.cols);
  if (symmetric) {
    symmetricTiles(K.rows, edge, control, body);
  } else {
    rectangularTiles(K.rows, K.cols, edge, control, body);
  }
}

}  // namespace ntkit
