// The kernels of Gram matrices and of the kernels that are functions of them, an instruction set a
// set: products of rows packed in panels, and one pass over a tile of products that maps them and
// writes the tile with its mirror image.
//
// Packed rows: panels of `panelRows` rows, element (k, i) of a panel at [k * panelRows + i]. Along
// k they come in blocks; the panels of one block lie one behind the other. Products accumulate in
// the order of k, each in one element of a register, with fused operations where the set has them:
// a product's bits depend on its two rows alone, not on where in which tile it stands.
#pragma once

#include "../matrix_view.hpp"
#include "tile_target.hpp"

namespace ntkit {

// The edge of the largest tile, in elements. A multiple of every set's panel and column group.
constexpr Index kProductTile = 192;

// One block of k of one tile: products(i, j) += <row i of a, row j of b>.
template <class T>
struct ProductTile {
  const T* a;  // panels of the tile's rows
  const T* b;  // panels of the tile's columns
  Index depth;
  Index rows, cols;  // those wanted; up to a panel of rows and a vector of columns more are written
  bool lower;        // elements above the diagonal are not wanted
  bool accumulate;   // false: products are written, not added to
  T* products;       // stride kProductTile
  // The panels that are multiplied next, or the same: they come into the L2 cache meanwhile, where
  // they would be waited for (a tenth of the time at d = 784).
  const T *nextA, *nextB;
  // Where the products go after this block, their last, with a mirror image, or nothing: those
  // lines come nearer meanwhile in place of panels (a tenth of the time at d = 784). Without an
  // image the rows are long enough for the processor's own foresight.
  TileTarget<T> target = {};
};

// What becomes of a product.
enum class ProductMap { kCopy, kFirstLayer, kBothLayers, kDeep };

// A pair of rows of a tile.
struct TilePair {
  std::int16_t row, col;
};

// One tile of products and where its map goes. The arrays that describe rows and columns are
// padded to a whole vector with zeros.
template <class T>
struct MapTile {
  ProductMap map = ProductMap::kCopy;
  Index depth = 0;  // layers, for kDeep
  // Stride kProductTile. Of the last vectors what is beyond rows and columns may be anything.
  const T* products = nullptr;
  Index rows = 0, cols = 0;
  TileTarget<T> target;
  // |z_i|, |x_j|, and their inverses, 0 for a zero row.
  const T *rowNorm = nullptr, *colNorm = nullptr, *rowInverse = nullptr, *colInverse = nullptr;
  // Centred products <p_i, p_j> of p = x / |x| - c: here |p|^2 / 2; null for products of the rows
  // themselves.
  const T *rowHalf = nullptr, *colHalf = nullptr;
  // Pairs whose angle the product has lost, for the caller to compute from their chord: room for
  // rows * cols of them.
  TilePair* pairs = nullptr;
  Index pairCount = 0;

  // The same map for rows from `row` and columns from `col`.
  MapTile from(Index row, Index col) const {
    const auto shift = [](const T*& terms, Index by) { terms += terms != nullptr ? by : 0; };
    MapTile shifted = *this;
    for (const T** terms : {&shifted.rowNorm, &shifted.rowInverse, &shifted.rowHalf}) {
      shift(*terms, row);
    }
    for (const T** terms : {&shifted.colNorm, &shifted.colInverse, &shifted.colHalf}) {
      shift(*terms, col);
    }
    return shifted;
  }
};

template <class T>
struct GramKernels {
  Index panelRows;
  Index groupCols;  // columns that are multiplied at a time: packed rows are padded to a multiple
  Index depth;      // the largest block of k: a group and a panel of it fit the L1 cache
  // `count` <= panelRows rows of X from k = 0 to `depth` into a panel; further rows are zeros.
  void (*pack)(const T* rows, Index stride, Index count, Index depth, T* panel);
  // `count` columns of X from row 0 to `depth` into panels that lie one behind the other; further
  // columns of the last are zeros.
  void (*packColumns)(const T* rows, Index stride, Index count, Index depth, T* panels);
  void (*multiply)(const ProductTile<T>& tile);
  void (*map)(MapTile<T>& tile);
  // |x|^2 and |xScale x - zScale z|^2, in double.
  double (*squaredNorm)(const T* x, Index length);
  double (*squaredChord)(const T* x, double xScale, const T* z, double zScale, Index length);
  // Whether no element is NaN or infinite.
  bool (*isFinite)(const T* x, Index length);
};

#define NTKIT_DECLARE_GRAM(set)                        \
  extern const GramKernels<double> kGram##set##Double; \
  extern const GramKernels<float> kGram##set##Float

NTKIT_DECLARE_GRAM(Portable);
#if defined(__x86_64__) || defined(NTKIT_EMULATE_X86)
NTKIT_DECLARE_GRAM(Avx2);
NTKIT_DECLARE_GRAM(Avx512);
#endif
#if defined(__aarch64__)
NTKIT_DECLARE_GRAM(Neon);
#endif
#undef NTKIT_DECLARE_GRAM

}  // namespace ntkit
