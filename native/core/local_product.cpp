#include "local_product.hpp"

#include "cpu.hpp"
#include "memory.hpp"
#include "parallel.hpp"
#include "strip_panel.hpp"

namespace ntkit {
namespace {

using blas::Op;

// Lines and columns of op(B) that are packed at a time, half of an L2 cache, and rows of A that
// pass by them. A panel of so many lines fits the L1 cache.
constexpr Index kLines = 256, kCols = 256, kRows = 256;

// A thread's memory, kept for its next product.
template <class T>
struct Scratch {
  Buffer<T> panels{kLines * kCols};
  Buffer<T> edge{kRows * kMaxLanes<T>};

  static Scratch& ofThisThread() {
    thread_local Scratch scratch;
    return scratch;
  }
};

// Lines [first, first + depth) of columns [col, col + count) of op(B) into panels of `lanes`, the
// last padded with zeros.
template <class T>
void packPanels(Op op, ConstMatrixView<T> B, Index first, Index depth, Index col, Index count,
                Index lanes, T* panels) {
  for (Index lane = 0; lane < count; lane += lanes, panels += depth * lanes) {
    const Index have = std::min(lanes, count - lane);
    if (have < lanes) std::fill_n(panels, depth * lanes, T{0});
    if (op == Op::kTranspose) {
      transpose(B.row(col + lane) + first, B.stride, have, depth, panels, lanes);
    } else {
      for (Index k = 0; k < depth; ++k) {
        std::copy_n(B.row(first + k) + col + lane, have, panels + k * lanes);
      }
    }
  }
}

template <class T>
void copyRows(const T* from, Index fromStride, Index rows, Index cols, T* to, Index toStride) {
  for (Index i = 0; i < rows; ++i) std::copy_n(from + i * fromStride, cols, to + i * toStride);
}

}  // namespace

template <class T>
void multiplyHere(ConstMatrixView<T> A, Op opB, ConstMatrixView<T> B, Into into, MatrixView<T> C) {
  const NetworkKernels<T>& kernel = kernels().network<T>();
  const Index inner = A.cols, lanes = kernel.lanes;
  T* const panels = Scratch<T>::ofThisThread().panels.data();
  T* const edge = Scratch<T>::ofThisThread().edge.data();
  for (Index col = 0; col < C.cols; col += kCols) {
    const Index cols = std::min(kCols, C.cols - col);
    // Once at least: a sum over nothing is zero.
    for (Index k = 0; k == 0 || k < inner; k += kLines) {
      const Index depth = std::min(kLines, inner - k);
      const PanelEnd end = k == 0 && into == Into::kStore ? PanelEnd::kStore : PanelEnd::kAdd;
      packPanels(opB, B, k, depth, col, cols, lanes, panels);
      for (Index row = 0; row < C.rows; row += kRows) {
        const Index rows = std::min(kRows, C.rows - row);
        const auto multiply = [&](Index lane, T* c, Index cStride) {
          kernel.multiply({A.row(row) + k, A.stride, rows, panels + lane * depth, lanes, depth, end,
                           c, cStride});
        };
        const Index whole = cols / lanes * lanes, rest = cols - whole;
        T* const out = C.row(row) + col;
        for (Index lane = 0; lane < whole; lane += lanes) multiply(lane, out + lane, C.stride);
        if (rest == 0) continue;
        // A panel is written whole: what lies behind the last column is not ours.
        if (end == PanelEnd::kAdd) copyRows(out + whole, C.stride, rows, rest, edge, lanes);
        multiply(whole, edge, lanes);
        copyRows(edge, lanes, rows, rest, out + whole, C.stride);
      }
    }
  }
}

template void multiplyHere(ConstMatrixView<double>, Op, ConstMatrixView<double>, Into,
                           MatrixView<double>);
template void multiplyHere(ConstMatrixView<float>, Op, ConstMatrixView<float>, Into,
                           MatrixView<float>);

}  // namespace ntkit
