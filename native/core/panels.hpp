// Matrices cut into panels of columns, as the panel kernels read them: panel p holds columns p
// lanes ... of B, `depth` lines of `lanes` numbers, the last padded with zeros.
#pragma once

#include "control.hpp"
#include "kernels/network_kernels.hpp"
#include "parallel.hpp"
#include "strip_panel.hpp"

namespace ntkit {

template <class T>
class Panels {
 public:
  Panels() = default;
  Panels(Index depth, Index cols, Index lanes)
      : depth_(depth), cols_(cols), lanes_(lanes), data_(elements(depth, cols, lanes)) {}

  static Index elements(Index depth, Index cols, Index lanes) {
    return blockCount(cols, lanes) * lanes * depth;
  }

  Index depth() const noexcept { return depth_; }
  Index cols() const noexcept { return cols_; }
  Index lanes() const noexcept { return lanes_; }
  Index count() const noexcept { return blockCount(cols_, lanes_); }
  // Line k of panel p.
  T* line(Index panel, Index k) noexcept { return data_.data() + (panel * depth_ + k) * lanes_; }
  const T* line(Index panel, Index k) const noexcept {
    return data_.data() + (panel * depth_ + k) * lanes_;
  }

  // Line k of every panel from row k of B: the panels of B.
  void setLine(Index k, const T* row) {
    for (Index p = 0; p < count(); ++p) {
      T* const target = line(p, k);
      const Index have = std::min(lanes_, cols_ - p * lanes_);
      std::copy_n(row + p * lanes_, have, target);
      std::fill(target + have, target + lanes_, T{0});
    }
  }

  // Panel p from rows of B^T, one a lane, null for zeros: the panels of the transpose.
  void setColumns(Index panel, const T* const* rows) {
    // A few lines at a time, from rows side by side: the kernel takes rows at one distance.
    constexpr Index kLines = 16;
    T block[kMaxLanes<T> * kLines];
    for (Index k = 0; k < depth_; k += kLines) {
      const Index count = std::min(kLines, depth_ - k);
      for (Index lane = 0; lane < lanes_; ++lane) {
        T* const part = block + lane * kLines;
        if (rows[lane] == nullptr) {
          std::fill_n(part, count, T{0});
        } else {
          std::copy_n(rows[lane] + k, count, part);
        }
      }
      transpose(block, kLines, lanes_, count, line(panel, k), lanes_);
    }
  }

 private:
  Index depth_ = 0, cols_ = 0, lanes_ = 1;
  Buffer<T> data_;
};

template <class T>
Panels<T> panelsOf(ConstMatrixView<T> B, Control& control);
template <class T>
Panels<T> panelsOfTranspose(ConstMatrixView<T> B, Control& control);

// Columns that a matrix has which is written by panels.
constexpr Index paddedColumns(Index cols, Index lanes) { return blockCount(cols, lanes) * lanes; }

// Columns of memory whose rows a product reads, a dozen at a time: an odd number of panels. At a
// distance of some power of two all of them would fall into the same few places of the L1 cache.
constexpr Index spreadColumns(Index cols, Index lanes) {
  return (blockCount(cols, lanes) | 1) * lanes;
}

// C = A B (kStore), C + A B (kAdd), relu(A B) (kRelu), or A B where C is positive and 0 elsewhere
// (kGate). C has paddedColumns(B.cols()) columns. On the calling thread
// alone.
template <class T>
void multiplyByPanels(ConstMatrixView<T> A, const Panels<T>& B, PanelEnd end, MatrixView<T> C);

}  // namespace ntkit
