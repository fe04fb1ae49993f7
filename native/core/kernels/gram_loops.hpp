// The loops of gram_kernels.hpp as templates of a vector. A unit defines NTKIT_KERNEL, the target
// of its instruction set, and includes this file: each function here is compiled for that target.
#pragma once

#include <bit>
#include <cstdint>

#include "arc_cosine_loops.hpp"
#include "gram_kernels.hpp"
#include "vector.hpp"

namespace ntkit {

constexpr Index roundUp(Index size, Index multiple) {
  return (size + multiple - 1) / multiple * multiple;
}

// What one step of the product holds in registers: the sums of `rows` x `vectors` vectors. Panels
// have `panelRows` rows; a panel and the panels of a group of columns, each `depth` long, fit the
// L1 cache together.
struct RegisterBlock {
  Index rows, vectors, panelRows, depth;
};

// Steps of a register block between two questions for lines ahead: what is not a product is done
// once for all of them. A processor whose other thread is another's issues every second cycle.
constexpr Index kUnrolled = 4;

// Steps of a register block for each line of the next panels that it brings nearer: the blocks of
// the largest tile bring all of them.
template <class V, RegisterBlock kBlock>
constexpr Index stepsPerLine() {
  constexpr Index kProducts = kBlock.rows * kBlock.vectors * V::kLanes;
  constexpr Index kSteps = kProductTile / 2 * kCacheLine<typename V::Element> / kProducts;
  return static_cast<Index>(std::bit_floor(static_cast<std::uint64_t>(kSteps)));
}

// The lines of panels from `next`.
template <class V, RegisterBlock kBlock, class T = typename V::Element>
struct PanelLines {
  const T* next;

  NTKIT_INLINE void ask(Index k) const {
    constexpr Index kSteps = stepsPerLine<V, kBlock>();
    static_assert(kSteps % kUnrolled == 0, "every line is asked for");
    if (k % kSteps == 0) __builtin_prefetch(next + k / kSteps * kCacheLine<T>, 0, 2);
  }
};

// The lines where a register block goes, and its mirror image, in turn.
template <class V, RegisterBlock kBlock, class T = typename V::Element>
struct TargetLines {
  const T *out, *mirror;
  Index stride;

  NTKIT_INLINE void ask(Index k) const {
    constexpr Index kCols = kBlock.vectors * V::kLanes;
    constexpr Index kLines = std::max<Index>(kCols / kCacheLine<T>, 1);
    for (Index line = k / 2; line < (k + kUnrolled) / 2; ++line) {
      if (line < kBlock.rows * kLines) {
        __builtin_prefetch(out + line % kBlock.rows * stride + line / kBlock.rows * kCacheLine<T>,
                           1, 2);
      }
      if (line < kCols) __builtin_prefetch(mirror + line * stride, 1, 2);
    }
  }
};

// sums(i, j) += a(k, i) b(k, j) at one k.
template <class V, RegisterBlock kBlock, class T = typename V::Element>
NTKIT_KERNEL NTKIT_INLINE void addProducts(const T* a, const T* b, Index panel,
                                           V (&sums)[kBlock.rows][kBlock.vectors]) {
  constexpr Index kVectors = kBlock.vectors, kPanel = kBlock.panelRows;
  V columns[kVectors];
#pragma GCC unroll 8
  for (Index v = 0; v < kVectors; ++v) {
    columns[v] = V::load(b + v * V::kLanes / kPanel * panel + v * V::kLanes % kPanel);
  }
#pragma GCC unroll 8
  for (Index i = 0; i < kBlock.rows; ++i) {
    const V row = V::set(a[i]);
#pragma GCC unroll 8
    for (Index v = 0; v < kVectors; ++v) sums[i][v] = V::mulAdd(row, columns[v], sums[i][v]);
  }
}

// products(i, j) (+)= sum_k a(k, i) b(k, j) for one register block. It asks for the lines
// `ahead` meanwhile.
template <class V, RegisterBlock kBlock, class Ahead, class T = typename V::Element>
NTKIT_KERNEL NTKIT_INLINE void multiplyBlock(const T* a, const T* b, Index depth, bool accumulate,
                                             const Ahead& ahead, T* products) {
  constexpr Index kRows = kBlock.rows, kVectors = kBlock.vectors, kPanel = kBlock.panelRows;
  constexpr Index kLanes = V::kLanes;
  const Index panel = kPanel * depth;
  V sums[kRows][kVectors];
  for (Index i = 0; i < kRows; ++i) {
    for (Index v = 0; v < kVectors; ++v) sums[i][v] = V::set(0);
  }
  Index k = 0;
  for (; k + kUnrolled <= depth; k += kUnrolled) {
    ahead.ask(k);
#pragma GCC unroll 4
    for (Index u = 0; u < kUnrolled; ++u) {
      addProducts<V, kBlock>(a + u * kPanel, b + u * kPanel, panel, sums);
    }
    a += kUnrolled * kPanel;
    b += kUnrolled * kPanel;
  }
  for (; k < depth; ++k, a += kPanel, b += kPanel) addProducts<V, kBlock>(a, b, panel, sums);
  for (Index i = 0; i < kRows; ++i) {
    for (Index v = 0; v < kVectors; ++v) {
      T* const out = products + i * kProductTile + v * kLanes;
      (accumulate ? V::load(out) + sums[i][v] : sums[i][v]).store(out);
    }
  }
}

// The same for its first vectors that hold `wanted` columns.
template <class V, RegisterBlock kBlock, class Ahead, class T = typename V::Element>
NTKIT_KERNEL NTKIT_INLINE void multiplyWanted(Index wanted, const T* a, const T* b, Index depth,
                                              bool accumulate, const Ahead& ahead, T* products) {
  if constexpr (kBlock.vectors > 1) {
    constexpr RegisterBlock kNarrower{kBlock.rows, kBlock.vectors - 1, kBlock.panelRows,
                                      kBlock.depth};
    if (wanted <= kNarrower.vectors * V::kLanes) {
      return multiplyWanted<V, kNarrower>(wanted, a, b, depth, accumulate, ahead, products);
    }
  }
  multiplyBlock<V, kBlock>(a, b, depth, accumulate, ahead, products);
}

// The tile's register blocks; linesAhead(row, column) are those that one of them asks for. Blocks
// on the diagonal of a lower triangle and at the end of the columns have fewer vectors: at n = 200
// whole ones would take a tenth of the time more.
template <class V, RegisterBlock kBlock, class LinesAhead, class T = typename V::Element>
NTKIT_KERNEL NTKIT_INLINE void multiplyBlocks(const ProductTile<T>& tile,
                                              const LinesAhead& linesAhead) {
  constexpr Index kGroup = kBlock.vectors * V::kLanes, kPanel = kBlock.panelRows;
  static_assert(kProductTile % kGroup == 0 && kPanel % kBlock.rows == 0);
  const Index rows = roundUp(tile.rows, kPanel), depth = tile.depth;
  // A group of columns stays in the L1 cache while the rows pass by from the L2 cache.
  for (Index j = 0; j < tile.cols; j += kGroup) {
    for (Index i = 0; i < rows; i += kBlock.rows) {
      const Index end = tile.lower ? std::min(tile.cols, i + kBlock.rows) : tile.cols;
      if (end <= j) continue;
      multiplyWanted<V, kBlock>(end - j, tile.a + i / kPanel * (kPanel * depth) + i % kPanel,
                                tile.b + j * depth, depth, tile.accumulate, linesAhead(i, j),
                                tile.products + i * kProductTile + j);
    }
  }
}

template <class V, RegisterBlock kBlock, class T = typename V::Element>
NTKIT_KERNEL void multiplyTile(const ProductTile<T>& tile) {
  if (const TileTarget<T>& target = tile.target; target.mirror != nullptr) {
    return multiplyBlocks<V, kBlock>(tile, [&](Index i, Index j) {
      return TargetLines<V, kBlock>{target.out + i * target.stride + j,
                                    target.mirror + j * target.stride + i, target.stride};
    });
  }
  constexpr Index kSteps = stepsPerLine<V, kBlock>();
  const Index rowPanels = roundUp(tile.rows, kBlock.panelRows) * tile.depth;
  const Index brought = roundUp(tile.depth, kSteps) / kSteps * kCacheLine<T>;
  Index asked = -brought;
  multiplyBlocks<V, kBlock>(tile, [&](Index, Index) {
    asked += brought;
    return PanelLines<V, kBlock>{asked < rowPanels ? tile.nextA + asked
                                                   : tile.nextB + (asked - rowPanels)};
  });
}

template <class V, RegisterBlock kBlock, class T = typename V::Element>
NTKIT_KERNEL void packPanel(const T* rows, Index stride, Index count, Index depth, T* panel) {
  constexpr Index kPanel = kBlock.panelRows, kLanes = V::kLanes;
  static_assert(kPanel % kLanes == 0);
  const Index whole = count == kPanel ? depth / kLanes * kLanes : 0;
  for (Index k = 0; k < whole; k += kLanes) {
    for (Index i = 0; i < kPanel; i += kLanes) {
      V block[kLanes];
      for (Index r = 0; r < kLanes; ++r) block[r] = V::load(rows + (i + r) * stride + k);
      transpose(block);
      for (Index r = 0; r < kLanes; ++r) block[r].store(panel + (k + r) * kPanel + i);
    }
  }
  for (Index k = whole; k < depth; ++k) {
    for (Index i = 0; i < kPanel; ++i) panel[k * kPanel + i] = i < count ? rows[i * stride + k] : 0;
  }
}

template <class V, RegisterBlock kBlock, class T = typename V::Element>
NTKIT_KERNEL void packColumnPanels(const T* rows, Index stride, Index count, Index depth,
                                   T* panels) {
  constexpr Index kPanel = kBlock.panelRows;
  const Index whole = count / kPanel * kPanel;
  for (Index k = 0; k < depth; ++k, rows += stride, panels += kPanel) {
    for (Index i = 0; i < whole; i += kPanel) {
      for (Index lane = 0; lane < kPanel; lane += V::kLanes) {
        V::load(rows + i + lane).store(panels + i * depth + lane);
      }
    }
    if (whole == count) continue;
    for (Index i = 0; i < kPanel; ++i) {
      panels[whole * depth + i] = whole + i < count ? rows[whole + i] : 0;
    }
  }
}

template <class D>
NTKIT_KERNEL NTKIT_INLINE double sumOf(const D (&sums)[4]) {
  double lanes[D::kLanes];
  ((sums[0] + sums[1]) + (sums[2] + sums[3])).store(lanes);
  double sum = 0;
  for (const double lane : lanes) sum += lane;
  return sum;
}

// In both, four sums that are added in a fixed order.
template <class D, class T>
NTKIT_KERNEL double squaredNorm(const T* x, Index length) {
  constexpr Index kLanes = D::kLanes, kSums = 4;
  D sums[kSums] = {D::set(0), D::set(0), D::set(0), D::set(0)};
  Index k = 0;
  for (; k + kSums * kLanes <= length; k += kSums * kLanes) {
    for (Index s = 0; s < kSums; ++s) {
      const D element = D::load(x + k + s * kLanes);
      sums[s] = D::mulAdd(element, element, sums[s]);
    }
  }
  double sum = sumOf(sums);
  for (; k < length; ++k) sum += static_cast<double>(x[k]) * static_cast<double>(x[k]);
  return sum;
}

template <class D, class T>
NTKIT_KERNEL double squaredChord(const T* x, double xScale, const T* z, double zScale,
                                 Index length) {
  constexpr Index kLanes = D::kLanes, kSums = 4;
  const D xFactor = D::set(xScale), zFactor = D::set(zScale);
  D sums[kSums] = {D::set(0), D::set(0), D::set(0), D::set(0)};
  Index k = 0;
  for (; k + kSums * kLanes <= length; k += kSums * kLanes) {
    for (Index s = 0; s < kSums; ++s) {
      const D gap = D::load(x + k + s * kLanes) * xFactor - D::load(z + k + s * kLanes) * zFactor;
      sums[s] = D::mulAdd(gap, gap, sums[s]);
    }
  }
  double sum = sumOf(sums);
  for (; k < length; ++k) {
    const double gap = static_cast<double>(x[k]) * xScale - static_cast<double>(z[k]) * zScale;
    sum += gap * gap;
  }
  return sum;
}

// 0 x is 0 for all x but NaN and infinity.
template <class V, class T = typename V::Element>
NTKIT_KERNEL bool isFinite(const T* x, Index length) {
  constexpr Index kLanes = V::kLanes, kSums = 4;
  const V zero = V::set(0);
  V sums[kSums] = {zero, zero, zero, zero};
  Index i = 0;
  for (; i + kSums * kLanes <= length; i += kSums * kLanes) {
    for (Index s = 0; s < kSums; ++s) {
      sums[s] = V::mulAdd(V::load(x + i + s * kLanes), zero, sums[s]);
    }
  }
  T lanes[kLanes], sum = 0;
  ((sums[0] + sums[1]) + (sums[2] + sums[3])).store(lanes);
  for (const T lane : lanes) sum += lane;
  for (; i < length; ++i) sum += x[i] * 0;
  return sum == 0;
}

template <template <class> class Vector, class T, RegisterBlock kBlock>
constexpr GramKernels<T> gramKernels() {
  using V = Vector<T>;
  return {kBlock.panelRows,     kBlock.vectors * V::kLanes,     kBlock.depth,
          packPanel<V, kBlock>, packColumnPanels<V, kBlock>,    multiplyTile<V, kBlock>,
          mapTile<V>,           squaredNorm<Vector<double>, T>, squaredChord<Vector<double>, T>,
          isFinite<V>};
}

}  // namespace ntkit
