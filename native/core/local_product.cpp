#include "local_product.hpp"

#include "cpu.hpp"
#include "memory.hpp"
#include "parallel.hpp"
#include "strip_panel.hpp"

namespace ntkit {
namespace {

// Lines of a block of the sum, whose sums are added in their order: a panel of so many fits the L1
// cache. Columns that are packed at a time, for the L2 cache, and rows of A that pass by them.
constexpr Index kLines = 128, kCols = 256, kRows = 256;
// Lines of B that few rows of A pass at a time; fewer rows than the other would wait for their own
// sums, and pass all lines of a block.
constexpr Index kReadLines = 16, kFewestReading = 4;

// A thread's memory, kept for its next product.
template <class T>
struct Scratch {
  Buffer<T> panels{kLines * kCols};
  Buffer<T> edge{kRows * kMaxLanes<T>};
  Buffer<T> sums{kUnpackedRows * kCols};

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
  if (op == Op::kTranspose) {
    packStrips(B.block(col, count, first, depth), Order::kAscending, lanes, depth, panels);
    return;
  }
  for (Index lane = 0; lane < count; lane += lanes, panels += depth * lanes) {
    const Index have = std::min(lanes, count - lane);
    if (have < lanes) std::fill_n(panels, depth * lanes, T{0});
    for (Index k = 0; k < depth; ++k) {
      std::copy_n(B.row(first + k) + col + lane, have, panels + k * lanes);
    }
  }
}

template <class T>
void copyRows(const T* from, Index fromStride, Index rows, Index cols, T* to, Index toStride) {
  for (Index i = 0; i < rows; ++i) std::copy_n(from + i * fromStride, cols, to + i * toStride);
}

// The first `wanted` columns of A P, for a panel P whose lines are panelStride apart.
template <class T>
void multiplyWanted(ConstMatrixView<T> A, const T* panel, Index panelStride, PanelEnd end,
                    Index wanted, T* c, Index cStride) {
  PanelProduct<T> product{A.data, A.stride, A.rows, panel, panelStride, A.cols, end, c, cStride};
  product.wanted = wanted;
  kernels().network<T>().multiply(product);
}

// C = A P or C + A P for a panel P whose lines are panelStride apart. C may have fewer columns than
// a panel, of which vectors are written whole: what lies behind C's last column is not ours.
template <class T>
void multiplyPanel(ConstMatrixView<T> A, const T* panel, Index panelStride, PanelEnd end,
                   MatrixView<T> C) {
  const Index lanes = kernels().network<T>().lanes;
  const auto multiply = [&](T* c, Index cStride) {
    multiplyWanted(A, panel, panelStride, end, C.cols, c, cStride);
  };
  if (C.cols == lanes) {
    multiply(C.data, C.stride);
    return;
  }
  T* const edge = Scratch<T>::ofThisThread().edge.data();
  if (end == PanelEnd::kAddSum) copyRows(C.data, C.stride, C.rows, C.cols, edge, lanes);
  multiply(edge, lanes);
  copyRows(edge, lanes, C.rows, C.cols, C.data, C.stride);
}

// Calls body(first, count, end) for blocks of the sum; once at least, as a sum over nothing is
// zero.
template <class Body>
void overLines(Index inner, Into into, const Body& body) {
  for (Index k = 0; k == 0 || k < inner; k += kLines) {
    body(k, std::min(kLines, inner - k),
         k == 0 && into == Into::kStore ? PanelEnd::kStore : PanelEnd::kAddSum);
  }
}

template <class T>
void byPackedPanels(ConstMatrixView<T> A, Op opB, ConstMatrixView<T> B, Into into,
                    MatrixView<T> C) {
  const Index lanes = kernels().network<T>().lanes;
  T* const panels = Scratch<T>::ofThisThread().panels.data();
  for (Index col = 0; col < C.cols; col += kCols) {
    const Index cols = std::min(kCols, C.cols - col);
    overLines(A.cols, into, [&](Index k, Index depth, PanelEnd end) {
      packPanels(opB, B, k, depth, col, cols, lanes, panels);
      for (Index row = 0; row < C.rows; row += kRows) {
        const Index rows = std::min(kRows, C.rows - row);
        for (Index lane = 0; lane < cols; lane += lanes) {
          multiplyPanel<T>(A.block(row, rows, k, depth), panels + lane * depth, lanes, end,
                           C.block(row, rows, col + lane, std::min(lanes, cols - lane)));
        }
      }
    });
  }
}

// C = A B for few rows: the lines of B are panels already, but for its last columns. They are read
// a few at a time from end to end, as memory is read ahead; the sums of a block wait in the L1
// cache for its other lines.
template <class T>
void fewRows(ConstMatrixView<T> A, ConstMatrixView<T> B, Into into, MatrixView<T> C) {
  const Index lanes = kernels().network<T>().lanes, whole = C.cols / lanes * lanes;
  const MatrixView<T> sums{Scratch<T>::ofThisThread().sums.data(), C.rows, kCols, kCols};
  for (Index first = 0; first < whole; first += kCols) {
    const Index cols = std::min(kCols, whole - first);
    const auto multiply = [&](Index k, Index lines, PanelEnd end, MatrixView<T> out) {
      for (Index lane = 0; lane < cols; lane += lanes) {
        multiplyPanel<T>(A.block(0, A.rows, k, lines), B.row(k) + first + lane, B.stride, end,
                         out.block(0, C.rows, lane, lanes));
      }
    };
    const auto target = C.block(0, C.rows, first, cols);
    overLines(A.cols, into, [&](Index k, Index depth, PanelEnd end) {
      if (depth <= kReadLines || C.rows < kFewestReading) return multiply(k, depth, end, target);
      const MatrixView<T> out = end == PanelEnd::kStore ? target : sums;
      for (Index line = 0; line < depth; line += kReadLines) {
        multiply(k + line, std::min(kReadLines, depth - line),
                 line == 0 ? PanelEnd::kStore : PanelEnd::kAdd, out);
      }
      if (end == PanelEnd::kStore) return;
      for (Index i = 0; i < C.rows; ++i) {
        for (Index j = 0; j < cols; ++j) target(i, j) += sums(i, j);
      }
    });
  }
  if (whole == C.cols) return;
  byPackedPanels<T>(A, Op::kNone, B.block(0, B.rows, whole, C.cols - whole), into,
                    C.block(0, C.rows, whole, C.cols - whole));
}

// C = A B^T for rows of A that fit the lanes of one panel, as the transpose of B A^T.
template <class T>
void onePanelTransposed(ConstMatrixView<T> A, ConstMatrixView<T> B, Into into, MatrixView<T> C) {
  const Index lanes = kernels().network<T>().lanes;
  T* const panel = Scratch<T>::ofThisThread().panels.data();
  T* const sums = Scratch<T>::ofThisThread().edge.data();
  for (Index col = 0; col < C.cols; col += kRows) {
    const Index cols = std::min(kRows, C.cols - col);
    if (into == Into::kAdd) transpose(C.data + col, C.stride, C.rows, cols, sums, lanes);
    overLines(A.cols, into, [&](Index k, Index depth, PanelEnd end) {
      packPanels(Op::kTranspose, A, k, depth, 0, A.rows, lanes, panel);
      multiplyWanted<T>(B.block(col, cols, k, depth), panel, lanes, end, A.rows, sums, lanes);
    });
    transpose(sums, lanes, cols, C.rows, C.data + col, C.stride);
  }
}

// The same for more of them, panel by panel.
template <class T>
void fewRowsTransposed(ConstMatrixView<T> A, ConstMatrixView<T> B, Into into, MatrixView<T> C) {
  const Index lanes = kernels().network<T>().lanes;
  for (Index first = 0; first < A.rows; first += lanes) {
    const Index count = std::min(lanes, A.rows - first);
    onePanelTransposed<T>(A.rowBlock(first, count), B, into, C.rowBlock(first, count));
  }
}

}  // namespace

template <class T>
void multiplyHere(ConstMatrixView<T> A, Op opB, ConstMatrixView<T> B, Into into, MatrixView<T> C) {
  if (A.rows > kUnpackedRows) {
    byPackedPanels(A, opB, B, into, C);
  } else if (opB == Op::kNone) {
    fewRows(A, B, into, C);
  } else {
    fewRowsTransposed(A, B, into, C);
  }
}

template void multiplyHere(ConstMatrixView<double>, Op, ConstMatrixView<double>, Into,
                           MatrixView<double>);
template void multiplyHere(ConstMatrixView<float>, Op, ConstMatrixView<float>, Into,
                           MatrixView<float>);

}  // namespace ntkit
