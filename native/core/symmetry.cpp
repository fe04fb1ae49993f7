#include "symmetry.hpp"

#include <cmath>
#include <numeric>
#include <sstream>

#include "error.hpp"
#include "strip_panel.hpp"
#include "tiles.hpp"

namespace ntkit {
namespace {

constexpr double kTolerance = 1e-10;

struct Extremes {
  double largest = 0, gap = 0;
};

constexpr Index kSub = 32;

// Maxima side by side, of which none waits for another.
struct Lanes {
  double largest[kSub] = {}, gap[kSub] = {};
};

// Of rows x cols <= kSub elements from (i, j) of A and their images across the diagonal, which are
// turned first: both are then read along. Those of the columns after them come nearer meanwhile.
void addBlock(ConstMatrixView<double> A, Index i, Index j, Index rows, Index cols, Lanes& lanes) {
  double images[kSub * kSub];
  transpose(A.row(j) + i, A.stride, cols, rows, images, kSub);
  const Index following = std::min(kSub, A.rows - j - cols);
  for (Index r = 0; r < rows; ++r) {
    for (Index at = 0; at < kSub && r < following; at += kCacheLine<double>) {
      __builtin_prefetch(A.row(j + cols + r) + i + at);
      __builtin_prefetch(A.row(i + r) + j + cols + at);
    }
    const double *const row = A.row(i + r) + j, *const image = images + r * kSub;
    for (Index c = 0; c < cols; ++c) {
      const double size = std::fabs(row[c]), gap = std::fabs(row[c] - image[c]);
      lanes.largest[c] = size > lanes.largest[c] ? size : lanes.largest[c];
      lanes.gap[c] = gap > lanes.gap[c] ? gap : lanes.gap[c];
    }
  }
}

Extremes larger(const Extremes& a, const Extremes& b) {
  return {std::max(a.largest, b.largest), std::max(a.gap, b.gap)};
}

// Over a tile of the lower triangle and its image across the diagonal, in sub-blocks that keep both
// in cache.
Extremes extremesOf(ConstMatrixView<double> A, Index firstRow, Index firstCol) {
  Lanes lanes;
  const Index endRow = std::min(firstRow + kTile, A.rows);
  const Index endCol = std::min(firstCol + kTile, A.rows);
  for (Index i = firstRow; i < endRow; i += kSub) {
    for (Index j = firstCol; j < std::min(endCol, i + kSub); j += kSub) {
      addBlock(A, i, j, std::min(kSub, endRow - i), std::min(kSub, endCol - j), lanes);
    }
  }
  Extremes all;
  for (Index c = 0; c < kSub; ++c) all = larger(all, {lanes.largest[c], lanes.gap[c]});
  return all;
}

[[noreturn]] void refuse(ConstMatrixView<double> A, const std::string& name, double gap) {
  for (Index i = 0; i < A.rows; ++i) {
    for (Index j = 0; j < i; ++j) {
      if (std::fabs(A(i, j) - A(j, i)) < gap) continue;
      throw Error(ErrorCode::kInvalidArgument,
                  "Expected a symmetric matrix for " + name + " but received " +
                      shortNumber(A(i, j)) + " at row " + std::to_string(i) + ", column " +
                      std::to_string(j) + " and " + shortNumber(A(j, i)) + " across the diagonal");
    }
  }
  throw Error(ErrorCode::kInternal, "the matrix " + name + " changed while it was read");
}

}  // namespace

std::string shortNumber(double value) {
  std::ostringstream text;
  text.precision(4);
  text << value;
  return text.str();
}

double requireSymmetric(ConstMatrixView<double> A, const std::string& name, Control& control) {
  const Index blocks = blockCount(A.rows, kTile), tiles = blocks * (blocks + 1) / 2;
  Buffer<Extremes> found(tiles);
  parallelFor(control, tiles, [&](Index index) {
    const auto [row, col] = lowerPair(index, blocks);
    found[index] = extremesOf(A, row * kTile, col * kTile);
  });
  const Extremes all = std::accumulate(found.begin(), found.end(), Extremes{}, larger);
  if (!(all.gap <= kTolerance * all.largest)) refuse(A, name, all.gap);
  return all.largest;
}

}  // namespace ntkit
