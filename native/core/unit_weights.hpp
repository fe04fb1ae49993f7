// First-layer weights w_r, m x d: the rows of a matrix, or drawn from a seed when they are needed,
// block by block, and not stored: the same bits as initializeNetwork gives (network.hpp).
#pragma once

#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

// Drawn units held at a time. A multiple of 64, so that blocks of gates are whole words.
inline constexpr Index kUnitBlock = 1024;

template <class T>
class UnitWeights {
 public:
  explicit UnitWeights(ConstMatrixView<T> rows)
      : width_(rows.rows), inputs_(rows.cols), rows_(rows) {}
  UnitWeights(std::uint64_t seed, double scale, Index width, Index inputs)
      : width_(width), inputs_(inputs), seed_(seed), scale_(scale) {}

  Index width() const noexcept { return width_; }
  Index inputs() const noexcept { return inputs_; }
  bool drawn() const noexcept { return rows_.data == nullptr; }

  // Units [first, first + count) as a view; drawn ones are written into `buffer`, which keeps them.
  ConstMatrixView<T> block(Index first, Index count, Buffer<T>& buffer, Control& control) const;

 private:
  Index width_, inputs_;
  ConstMatrixView<T> rows_;
  std::uint64_t seed_ = 0;
  double scale_ = 0;
};

}  // namespace ntkit
