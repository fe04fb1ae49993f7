// First-layer weights w_r, m x d: the rows of a matrix, or drawn from a seed when they are needed,
// block by block, and not stored: the same bits as initializeNetwork gives (network.hpp).
#pragma once

#include "row_products.hpp"

namespace ntkit {

// Units that are packed, and drawn, at a time: whole tiles of products and whole words of gates.
inline constexpr Index kUnitBlock = 6 * kProductTile;
static_assert(kProductTile % 64 == 0);

template <class T>
class UnitWeights {
 public:
  explicit UnitWeights(ConstMatrixView<T> rows)
      : width_(rows.rows), inputs_(rows.cols), rows_(rows) {}
  UnitWeights(std::uint64_t seed, double scale, Index width, Index inputs)
      : width_(width), inputs_(inputs), seed_(seed), scale_(scale) {}

  Index width() const noexcept { return width_; }
  Index inputs() const noexcept { return inputs_; }

  // Units [first, first + count), packed for products with points; each element is drawn once.
  PackedRows<T> packed(Index first, Index count, Control& control) const;

 private:
  Index width_, inputs_;
  ConstMatrixView<T> rows_;  // null when they are drawn
  std::uint64_t seed_ = 0;
  double scale_ = 0;
};

}  // namespace ntkit
