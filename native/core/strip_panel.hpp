// Matrix blocks packed into strips (kernels/strips.hpp) and back. Blocks are padded with zeros to
// whole strips.
#pragma once

#include "cpu.hpp"
#include "kernels/strips.hpp"

namespace ntkit {

constexpr Index roundUp(Index size, Index multiple) {
  return (size + multiple - 1) / multiple * multiple;
}

// out(j, i) = in(i, j) for in of rows x cols, both row-major.
template <class T>
void transpose(const T* in, Index inStride, Index rows, Index cols, T* out, Index outStride) {
  kernels().strips->of<T>().transpose(in, inStride, rows, cols, out, outStride);
}

// Columns of a block from the first to the last, or from the last to the first: what turns a lower
// triangle into an upper one.
enum class Order { kAscending, kDescending };

// Rows of A into strips of `width` rows, [k][width] for k < depth, one after the other; k counts
// A's columns in the given order. Columns beyond A's are zero.
template <class T>
void packStrips(ConstMatrixView<T> A, Order order, Index width, Index depth, T* strips) {
  const bool ascending = order == Order::kAscending;
  for (Index first = 0; first < A.rows; first += width, strips += width * depth) {
    const Index rows = std::min(width, A.rows - first);
    if (rows < width) std::fill_n(strips, width * A.cols, T{0});
    transpose(A.row(first), A.stride, rows, A.cols,
              ascending ? strips : strips + (A.cols - 1) * width, ascending ? width : -width);
    std::fill_n(strips + width * A.cols, width * (depth - A.cols), T{0});
  }
}

// The inverse of packStrips.
template <class T>
void unpackStrips(const T* strips, Order order, Index width, Index depth, MatrixView<T> A) {
  const bool ascending = order == Order::kAscending;
  for (Index first = 0; first < A.rows; first += width, strips += width * depth) {
    const Index rows = std::min(width, A.rows - first);
    transpose(ascending ? strips : strips + (A.cols - 1) * width, ascending ? width : -width,
              A.cols, rows, A.row(first), A.stride);
  }
}

// The first `lines` lines of strips of kNarrow rows, all `depth` deep, side by side in strips of
// `wide`, a multiple of it. `rows` of them hold something; the rest of the last is zero.
template <Index kNarrow, class T>
void widenStripsOf(const T* strips, Index rows, Index wide, Index lines, Index depth, T* out) {
  for (Index first = 0; first < rows; first += wide, out += wide * depth) {
    for (Index part = 0; part < wide; part += kNarrow) {
      const T* const source = strips + (first + part) * depth;
      const bool present = first + part < rows;
      for (Index k = 0; k < lines; ++k) {
        T line[kNarrow] = {};
        if (present) std::copy_n(source + k * kNarrow, kNarrow, line);
        std::copy_n(line, kNarrow, out + k * wide + part);
      }
    }
  }
}

// The same for what a kernel takes as rows: a line of it is then copied in one go.
template <class T>
void widenStrips(const T* strips, Index rows, Index narrow, Index wide, Index lines, Index depth,
                 T* out) {
  static_assert(kMaxStripRows == 8);
  if (narrow == 8) {
    widenStripsOf<8>(strips, rows, wide, lines, depth, out);
  } else {
    widenStripsOf<4>(strips, rows, wide, lines, depth, out);
  }
}

// `count` lines of `cols` numbers, source(k) the k-th, into column strips [k][width] of capacity
// `depth`; width is a multiple of 4, and a whole line copied four numbers at a time: a call takes
// longer.
template <class T, class Source>
void packLines(Index count, Index cols, const Source& source, Index width, Index depth, T* strips) {
  constexpr Index kRun = 4;
  for (Index c = 0; c < cols; c += width, strips += width * depth) {
    const Index within = std::min(width, cols - c);
    for (Index k = 0; k < count; ++k) {
      const T* const from = source(k) + c;
      T* const line = strips + k * width;
      if (within == width) {
        for (Index x = 0; x < width; x += kRun) std::copy_n(from + x, kRun, line + x);
        continue;
      }
      std::copy_n(from, within, line);
      std::fill_n(line + within, width - within, T{0});
    }
  }
}

// The same for the lines of A in the given order.
template <class T>
void packLines(ConstMatrixView<T> A, Order order, Index width, Index depth, T* strips) {
  const auto line = [&](Index k) { return A.row(order == Order::kAscending ? k : A.rows - 1 - k); };
  packLines(A.rows, A.cols, line, width, depth, strips);
}

// Which elements of a block an update writes.
enum class Part { kWhole, kLower };

// Packed strips whose [k][width] are `capacity` deep.
template <class T>
struct Strips {
  const T* data;
  Index capacity;
  const T* from(Index row) const noexcept { return data + row * capacity; }
};

// C -= A B^T over the first `depth` elements of row strips of A and column strips of B. C is a
// block of a row-major matrix; with kLower its strict upper triangle stays as it is.
template <class T>
void subtractProduct(const StripKernel<T>& kernel, Index depth, Strips<T> a, Strips<T> b, Part part,
                     MatrixView<T> C) {
  T scratch[kMaxStripRows * kStripMultiple];
  for (Index c = 0; c < C.cols; c += kernel.cols) {
    const Index cols = std::min(kernel.cols, C.cols - c);
    // A strip of rows above the diagonal has nothing to write.
    for (Index r = part == Part::kLower ? c / kernel.rows * kernel.rows : 0; r < C.rows;
         r += kernel.rows) {
      const Index rows = std::min(kernel.rows, C.rows - r);
      T* const place = C.row(r) + c;
      const bool below = part == Part::kWhole || r >= c + kernel.cols;
      if (below && rows == kernel.rows && cols == kernel.cols) {
        kernel.update(depth, a.from(r), b.from(c), cols, place, C.stride);
        continue;
      }
      const auto wanted = [&](Index row) {
        return part == Part::kWhole ? cols : std::min(cols, row - c + 1);
      };
      std::fill_n(scratch, kernel.rows * kernel.cols, T{0});
      kernel.update(depth, a.from(r), b.from(c), wanted(r + rows - 1), scratch, kernel.cols);
      for (Index y = 0; y < rows; ++y) {
        const Index end = wanted(r + y);
        for (Index x = 0; x < end; ++x) place[y * C.stride + x] += scratch[y * kernel.cols + x];
      }
    }
  }
}

// X <- X U^-1 on packed row strips of X (`rows` rows), U an upper triangle of order `size` packed
// as kernels/strips.hpp says.
template <class T>
void substitute(const StripKernel<T>& kernel, Index edge, Index rows, Index size, const T* u,
                T* x) {
  for (Index s = 0; s < size; s += kernel.cols) {
    for (Index r = 0; r < rows; r += kernel.rows) {
      kernel.substitute(s, x + r * edge, u + s * edge);
    }
  }
}

}  // namespace ntkit
