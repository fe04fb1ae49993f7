// What the tests of the kernels of Gram matrices share: the sets that run here, and their inputs.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "kernels/gram_kernels.hpp"
#include "x86_sets.hpp"

namespace ntkit::test {

template <class T>
struct NamedSet {
  std::string name;
  const GramKernels<T>* kernels;
};

template <class T>
std::vector<NamedSet<T>> setsThatRun() {
  constexpr bool kDouble = sizeof(T) == sizeof(double);
  std::vector<NamedSet<T>> sets;
  const auto add = [&](const char* name, const GramKernels<double>& wide,
                       const GramKernels<float>& narrow) {
    if constexpr (kDouble) {
      sets.push_back({name, &wide});
    } else {
      sets.push_back({name, &narrow});
    }
  };
  add("portable", kGramPortableDouble, kGramPortableFloat);
#if defined(__x86_64__) || defined(NTKIT_EMULATE_X86)
  if (runsAvx2()) add("avx2", kGramAvx2Double, kGramAvx2Float);
  if (runsAvx512()) add("avx512", kGramAvx512Double, kGramAvx512Float);
#elif defined(__aarch64__)
  add("neon", kGramNeonDouble, kGramNeonFloat);
#endif
  return sets;
}

template <class T>
constexpr double kEps = std::numeric_limits<T>::epsilon();

// Numbers in (-1, 1) without a pattern that a wrong index could hide in.
template <class T>
std::vector<T> scattered(Index count, double seed) {
  std::vector<T> values(static_cast<std::size_t>(count));
  double x = seed;
  for (T& value : values) {
    x = std::fmod(x * 997.13 + 0.377, 1.0);
    value = static_cast<T>(2 * x - 1);
  }
  return values;
}

template <class T>
T* at(std::vector<T>& values, Index i) {
  return values.data() + i;
}

// Rows as panels, in one block of k.
template <class T>
std::vector<T> packed(const GramKernels<T>& kernels, const std::vector<T>& X, Index rows,
                      Index depth) {
  const Index padded = (rows + kernels.groupCols - 1) / kernels.groupCols * kernels.groupCols;
  std::vector<T> panels(static_cast<std::size_t>(padded * depth), T{0});
  for (Index i = 0; i < rows; i += kernels.panelRows) {
    kernels.pack(X.data() + i * depth, depth, std::min(kernels.panelRows, rows - i), depth,
                 at(panels, i * depth));
  }
  return panels;
}

// A tile of its own with everything that the map takes.
template <class T>
struct GramTile {
  static constexpr Index kStride = kProductTile + 5;
  Index rows, cols;
  std::vector<T> products, rowNorm, colNorm, rowInverse, colInverse, rowHalf, colHalf, out, mirror;
  std::vector<TilePair> pairs;

  GramTile(Index rowCount, Index colCount, T value)
      : rows(rowCount),
        cols(colCount),
        products(kProductTile * kProductTile, value),
        rowNorm(kProductTile, T{0}),
        out(kStride * kStride, T{-7}),
        mirror(kStride * kStride, T{-7}),
        pairs(kProductTile * kProductTile) {
    colNorm = rowInverse = colInverse = rowHalf = colHalf = rowNorm;
  }

  // Rows of length 1: products are cosines.
  void setUnitRows() {
    for (Index i = 0; i < rows; ++i) *at(rowNorm, i) = *at(rowInverse, i) = 1;
    for (Index j = 0; j < cols; ++j) *at(colNorm, j) = *at(colInverse, j) = 1;
  }

  // Rows whose products are centred: half of |p|^2, around `middle`.
  void setHalves(T middle) {
    rowHalf = scattered<T>(kProductTile, 0.17);
    colHalf = scattered<T>(kProductTile, 0.71);
    for (std::vector<T>* halves : {&rowHalf, &colHalf}) {
      for (T& half : *halves) half = middle + half / 16;
    }
  }

  MapTile<T> tile(ProductMap map) {
    MapTile<T> tile;
    tile.map = map;
    tile.depth = 2;
    tile.products = products.data();
    tile.rows = rows;
    tile.cols = cols;
    tile.target = {out.data(), mirror.data(), kStride};
    tile.rowNorm = rowNorm.data();
    tile.colNorm = colNorm.data();
    tile.rowInverse = rowInverse.data();
    tile.colInverse = colInverse.data();
    tile.pairs = pairs.data();
    return tile;
  }
};

}  // namespace ntkit::test
