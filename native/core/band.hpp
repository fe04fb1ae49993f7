// A symmetric matrix of which the kBand diagonals below the main one are not zero, with room for
// the bulges of its reduction: as many diagonals again. Rows and columns before the first are zero,
// so that blocks may begin there.
#pragma once

#include "kernels/bulge.hpp"
#include "matrix_view.hpp"

namespace ntkit {

template <Index kBand>
class BandMatrix {
 public:
  explicit BandMatrix(Index order) : order_(order), elements_(workspace(order)) {
    elements_.fill(0);
  }
  static Index workspace(Index order) { return (order + kBand) * kWidth; }  // doubles

  Index order() const noexcept { return order_; }
  // Element (i, j), for 0 <= i - j < 2 kBand; those of a row lie side by side.
  double* at(Index i, Index j) noexcept {
    return elements_.data() + (i + kBand) * kWidth + (2 * kBand - 1) - (i - j);
  }
  // From an element to that below it.
  static constexpr Index stride() noexcept { return kWidth - 1; }

 private:
  // A row, and a register behind its diagonal.
  static constexpr Index kWidth = 2 * kBand + 8;

  Index order_;
  Buffer<double> elements_;
};

}  // namespace ntkit
