// The loops of strips.hpp, written once as templates of a vector (vector.hpp). A file of one
// instruction set defines NTKIT_KERNEL, the target of its functions, and includes this one.
#pragma once

#include <algorithm>

#include "strips.hpp"
#include "transpose.hpp"

namespace ntkit {
namespace {

// Steps between two questions for the lines of C.
constexpr Index kUnrolled = 4;

// One step: a row of A is broadcast against each of the vectors of B.
template <class Vector, Index kRows, Index kVectors>
NTKIT_KERNEL NTKIT_INLINE void addStep(const typename Vector::Element* a,
                                       const typename Vector::Element* b,
                                       Vector (&sum)[kRows][kVectors]) {
  Vector line[kVectors];
#pragma GCC unroll 6
  for (Index v = 0; v < kVectors; ++v) line[v] = Vector::load(b + v * Vector::kLanes);
#pragma GCC unroll 8
  for (Index r = 0; r < kRows; ++r) {
    const Vector value = Vector::set(a[r]);
#pragma GCC unroll 6
    for (Index v = 0; v < kVectors; ++v) sum[r][v] = Vector::mulAdd(value, line[v], sum[r][v]);
  }
}

// Rows x (kVectors vectors) results; the vectors of B are the first of kStep numbers a step.
template <class Vector, Index kRows, Index kVectors, Index kStep>
NTKIT_KERNEL NTKIT_INLINE void updateVectors(Index depth, const typename Vector::Element* a,
                                             const typename Vector::Element* b,
                                             typename Vector::Element* c, Index stride) {
  constexpr Index kLanes = Vector::kLanes, kCols = kVectors * kLanes;
  constexpr Index kLine = kCacheLine<typename Vector::Element>;
  // The lines of C are asked for and used after the loop: one every second step, for more would
  // hold up what the sums read, but all at once where there are few steps.
  constexpr Index kLines = kRows * (kCols / kLine + 1);
  const auto ask = [&](Index first, Index end) {
    for (Index line = first; line < std::min(end, kLines); ++line) {
      __builtin_prefetch(c + line % kRows * stride + std::min(line / kRows * kLine, kCols - 1), 1,
                         2);
    }
  };
  const bool spread = depth >= 2 * kLines;
  if (!spread) ask(0, kLines);
  Vector sum[kRows][kVectors];
#pragma GCC unroll 8
  for (Index r = 0; r < kRows; ++r) {
#pragma GCC unroll 6
    for (Index v = 0; v < kVectors; ++v) sum[r][v] = Vector::set(0);
  }
  Index k = 0;
  for (; k + kUnrolled <= depth; k += kUnrolled) {
    if (spread) ask(k / 2, (k + kUnrolled) / 2);
#pragma GCC unroll 4
    for (Index u = 0; u < kUnrolled; ++u) {
      addStep<Vector, kRows, kVectors>(a + u * kRows, b + u * kStep, sum);
    }
    a += kUnrolled * kRows;
    b += kUnrolled * kStep;
  }
  for (; k < depth; ++k, a += kRows, b += kStep) addStep<Vector, kRows, kVectors>(a, b, sum);
#pragma GCC unroll 8
  for (Index r = 0; r < kRows; ++r) {
#pragma GCC unroll 6
    for (Index v = 0; v < kVectors; ++v) {
      auto* const place = c + r * stride + v * kLanes;
      (Vector::load(place) - sum[r][v]).store(place);
    }
  }
}

// As many of the vectors as hold the wanted columns.
template <class Vector, Index kRows, Index kVectors, Index kStep = kVectors* Vector::kLanes>
NTKIT_KERNEL void updateStrip(Index depth, const typename Vector::Element* a,
                              const typename Vector::Element* b, Index wanted,
                              typename Vector::Element* c, Index stride) {
  if constexpr (kVectors > 1) {
    if (wanted <= (kVectors - 1) * Vector::kLanes) {
      return updateStrip<Vector, kRows, kVectors - 1, kStep>(depth, a, b, wanted, c, stride);
    }
  }
  updateVectors<Vector, kRows, kVectors, kStep>(depth, a, b, c, stride);
}

// In blocks of registers; what is left at the edges number by number.
template <class Vector>
NTKIT_KERNEL void transposeStrip(const typename Vector::Element* in, Index inStride, Index rows,
                                 Index cols, typename Vector::Element* out, Index outStride) {
  constexpr Index kEdge = Vector::kLanes;
  const Index wholeRows = rows / kEdge * kEdge, wholeCols = cols / kEdge * kEdge;
  for (Index i = 0; i < wholeRows; i += kEdge) {
    for (Index j = 0; j < wholeCols; j += kEdge) {
      Vector block[kEdge];
#pragma GCC unroll 8
      for (Index r = 0; r < kEdge; ++r) block[r] = Vector::load(in + (i + r) * inStride + j);
      transpose(block);
#pragma GCC unroll 8
      for (Index r = 0; r < kEdge; ++r) block[r].store(out + (j + r) * outStride + i);
    }
  }
  for (Index i = 0; i < rows; ++i) {
    for (Index j = i < wholeRows ? wholeCols : 0; j < cols; ++j) {
      out[j * outStride + i] = in[i * inStride + j];
    }
  }
}

// kCols columns of X in groups of kGroup, which is what the registers hold: lanes are rows of X,
// elements of U are broadcast.
template <class Vector, Index kRows, Index kCols, Index kGroup>
NTKIT_KERNEL void substituteStrip(Index first, typename Vector::Element* x,
                                  const typename Vector::Element* u) {
  using Element = typename Vector::Element;
  constexpr Index kLanes = Vector::kLanes, kVectors = kRows / kLanes;
  for (Index group = 0; group < kCols; group += kGroup) {
    Element* const columns = x + (first + group) * kRows;
    Vector value[kGroup][kVectors];
#pragma GCC unroll 24
    for (Index c = 0; c < kGroup; ++c) {
#pragma GCC unroll 4
      for (Index v = 0; v < kVectors; ++v) {
        value[c][v] = Vector::load(columns + c * kRows + v * kLanes);
      }
    }
    const Element* line = u + group;
#pragma GCC unroll 2
    for (Index k = 0; k < first + group; ++k, line += kCols) {
#pragma GCC unroll 4
      for (Index v = 0; v < kVectors; ++v) {
        const Vector known = Vector::load(x + k * kRows + v * kLanes);
#pragma GCC unroll 24
        for (Index c = 0; c < kGroup; ++c) {
          value[c][v] = Vector::negMulAdd(known, Vector::set(line[c]), value[c][v]);
        }
      }
    }
#pragma GCC unroll 24
    for (Index k = 0; k < kGroup; ++k, line += kCols) {
#pragma GCC unroll 4
      for (Index v = 0; v < kVectors; ++v) {
        const Vector known = value[k][v] * Vector::set(line[k]);
        known.store(columns + k * kRows + v * kLanes);
#pragma GCC unroll 24
        for (Index c = k + 1; c < kGroup; ++c) {
          value[c][v] = Vector::negMulAdd(known, Vector::set(line[c]), value[c][v]);
        }
      }
    }
  }
}

}  // namespace
}  // namespace ntkit
