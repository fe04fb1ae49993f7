// ReLU gates of a layer as bit sets: bit r of row i is 1 when w_r . x_i > 0 (strictly; relu'(0) =
// 0).
//
// A gate whose pre-activation is within rounding of 0 can differ between float and double, or
// between two products: the bits are those of one BLAS product in the precision of T.
#pragma once

#include <cstdint>

#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

class GateBits {
 public:
  GateBits(Index rows, Index units) : rows_(rows), units_(units), bits_(rows * words()) {}

  Index rows() const noexcept { return rows_; }
  Index units() const noexcept { return units_; }
  Index words() const noexcept { return wordsFor(units_); }
  std::uint64_t* row(Index i) noexcept { return bits_.data() + i * words(); }
  const std::uint64_t* row(Index i) const noexcept { return bits_.data() + i * words(); }

  static constexpr Index wordsFor(Index units) { return (units + 63) / 64; }

 private:
  Index rows_, units_;
  Buffer<std::uint64_t> bits_;
};

// X: n x d, W: m x d.
template <class T>
GateBits packGates(ConstMatrixView<T> X, ConstMatrixView<T> W, Control& control);

}  // namespace ntkit
