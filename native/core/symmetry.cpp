#include "symmetry.hpp"

#include <cmath>
#include <sstream>

#include "error.hpp"
#include "tiles.hpp"

namespace ntkit {
namespace {

constexpr double kTolerance = 1e-10;

struct Extremes {
  double largest = 0, gap = 0;
};

// Over a tile of the lower triangle and its image across the diagonal, in sub-blocks that keep both
// in cache.
Extremes extremesOf(ConstMatrixView<double> A, Index firstRow, Index firstCol) {
  constexpr Index kSub = 32;
  Extremes found;
  const Index endRow = std::min(firstRow + kTile, A.rows);
  const Index endCol = std::min(firstCol + kTile, A.rows);
  for (Index i0 = firstRow; i0 < endRow; i0 += kSub) {
    for (Index j0 = firstCol; j0 < std::min(endCol, i0 + kSub); j0 += kSub) {
      for (Index i = i0; i < std::min(i0 + kSub, endRow); ++i) {
        for (Index j = j0; j < std::min({j0 + kSub, endCol, i + 1}); ++j) {
          found.largest = std::max(found.largest, std::fabs(A(i, j)));
          found.gap = std::max(found.gap, std::fabs(A(i, j) - A(j, i)));
        }
      }
    }
  }
  return found;
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
  Extremes all;
  for (const Extremes& tile : found) {
    all = {std::max(all.largest, tile.largest), std::max(all.gap, tile.gap)};
  }
  if (!(all.gap <= kTolerance * all.largest)) refuse(A, name, all.gap);
  return all.largest;
}

}  // namespace ntkit
