#include "symmetry.hpp"

#include <cmath>
#include <numeric>
#include <sstream>

#include "error.hpp"
#include "tiles.hpp"

namespace ntkit {
namespace {

constexpr double kTolerance = 1e-10;

struct Extremes {
  double largest = 0, gap = 0;
};

constexpr Index kSub = 32;

// Of rows x cols <= kSub elements from (i, j) of A and their images across the diagonal, which are
// turned first: both are then read along, in maxima of their own that no comparison waits for.
void addBlock(ConstMatrixView<double> A, Index i, Index j, Index rows, Index cols,
              Extremes (&lanes)[kSub]) {
  double images[kSub][kSub];
  for (Index c = 0; c < cols; ++c) {
    for (Index r = 0; r < rows; ++r) images[r][c] = A(j + c, i + r);
  }
  for (Index r = 0; r < rows; ++r) {
    const double* const row = A.row(i + r) + j;
    for (Index c = 0; c < cols; ++c) {
      const double size = std::fabs(row[c]), gap = std::fabs(row[c] - images[r][c]);
      lanes[c].largest = size > lanes[c].largest ? size : lanes[c].largest;
      lanes[c].gap = gap > lanes[c].gap ? gap : lanes[c].gap;
    }
  }
}

Extremes larger(const Extremes& a, const Extremes& b) {
  return {std::max(a.largest, b.largest), std::max(a.gap, b.gap)};
}

// Over a tile of the lower triangle and its image across the diagonal, in sub-blocks that keep both
// in cache.
Extremes extremesOf(ConstMatrixView<double> A, Index firstRow, Index firstCol) {
  Extremes lanes[kSub];
  const Index endRow = std::min(firstRow + kTile, A.rows);
  const Index endCol = std::min(firstCol + kTile, A.rows);
  for (Index i = firstRow; i < endRow; i += kSub) {
    for (Index j = firstCol; j < std::min(endCol, i + kSub); j += kSub) {
      addBlock(A, i, j, std::min(kSub, endRow - i), std::min(kSub, endCol - j), lanes);
    }
  }
  return std::accumulate(std::begin(lanes), std::end(lanes), Extremes{}, larger);
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
