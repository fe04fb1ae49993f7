// The loops of network_kernels.hpp as templates of a vector. A unit defines NTKIT_KERNEL, the
// target of its instruction set, and includes this file: each function here is compiled for that
// target.
#pragma once

#include <cmath>

#include "network_kernels.hpp"
#include "vector.hpp"

namespace ntkit {

// One tile, whose sums are held in registers. Its loops are unrolled by request: where the compiler
// does it by itself, it does so too late to take the sums out of memory.
template <class V, Index kRows, Index kVectors, class T = typename V::Element>
NTKIT_KERNEL void multiplyRows(const PanelProduct<T>& p, Index row) {
  const T* const a = p.a + row * p.aStride;
  T* const c = p.c + row * p.cStride;
  const bool adds = p.end == PanelEnd::kAdd || p.end == PanelEnd::kAddRelu;
  V sums[kRows][kVectors];
#pragma GCC unroll 16
  for (Index i = 0; i < kRows; ++i) {
#pragma GCC unroll 16
    for (Index v = 0; v < kVectors; ++v) {
      sums[i][v] = adds ? V::load(c + i * p.cStride + v * V::kLanes) : V::set(0);
    }
  }
  // Three rows share a pointer, the others at multiples of the distance: the processor has too few
  // registers for a pointer to each, and would keep some in those of the sums.
  constexpr Index kBases = (kRows + 2) / 3;
  const T* bases[kBases];
#pragma GCC unroll 16
  for (Index b = 0; b < kBases; ++b) bases[b] = a + 3 * b * p.aStride;
  const Index distances[3] = {0, p.aStride, 2 * p.aStride};
  constexpr Index kLines = std::max<Index>(kVectors * V::kLanes / kCacheLine<T>, 1);
  const Index wanted = p.next[0] == nullptr ? 0 : kRows * kLines;
  const T* line = p.panel;
  for (Index k = 0; k < p.depth; ++k, line += p.panelStride) {
    if (k < wanted) {
      const Index at = (row + k / kLines) * p.nextStride + k % kLines * kCacheLine<T>;
      for (const T* const next : p.next) __builtin_prefetch(next + at, 1, 2);
    }
    V columns[kVectors];
#pragma GCC unroll 16
    for (Index v = 0; v < kVectors; ++v) columns[v] = V::load(line + v * V::kLanes);
#pragma GCC unroll 16
    for (Index i = 0; i < kRows; ++i) {
      const V factor = V::set(bases[i / 3][distances[i % 3]]);
#pragma GCC unroll 16
      for (Index v = 0; v < kVectors; ++v) {
        sums[i][v] = V::mulAdd(factor, columns[v], sums[i][v]);
      }
    }
#pragma GCC unroll 16
    for (const T*& base : bases) {
      ++base;
      asm("" : "+r"(base));  // or the compiler makes a pointer for each row again
    }
  }
#pragma GCC unroll 16
  for (Index i = 0; i < kRows; ++i) {
#pragma GCC unroll 16
    for (Index v = 0; v < kVectors; ++v) {
      T* const target = c + i * p.cStride + v * V::kLanes;
      V sum = sums[i][v];
      if (p.end == PanelEnd::kRelu || p.end == PanelEnd::kAddRelu) {
        sum = V::select(sum < V::set(0), V::set(0), sum);
      } else if (p.end == PanelEnd::kGate) {
        sum = V::select(V::set(0) < V::load(target), sum, V::set(0));
      } else if (p.end == PanelEnd::kAddSum) {
        sum = V::load(target) + sum;
      }
      sum.store(target);
    }
  }
}

// `count` rows, at most kRows.
template <class V, Index kRows, Index kVectors, class T = typename V::Element>
NTKIT_KERNEL void multiplyEdge(const PanelProduct<T>& product, Index row, Index count) {
  if (count == kRows) {
    multiplyRows<V, kRows, kVectors>(product, row);
  } else if constexpr (kRows > 1) {
    multiplyEdge<V, kRows - 1, kVectors>(product, row, count);
  }
}

template <class V, Index kRows, Index kVectors, class T = typename V::Element>
NTKIT_KERNEL void multiplyPanel(const PanelProduct<T>& product) {
  if constexpr (kVectors > 1) {
    constexpr Index kFewer = kVectors - 1;
    if (product.wanted <= kFewer * V::kLanes) return multiplyPanel<V, kRows, kFewer>(product);
  }
  for (Index row = 0; row < product.rows;) {
    // The last two tiles share their rows: a tile of few waits for its own sums.
    const Index left = product.rows - row;
    const Index count = left >= 2 * kRows ? kRows : left > kRows ? (left + 1) / 2 : left;
    multiplyEdge<V, kRows, kVectors>(product, row, count);
    row += count;
  }
}

template <class V, bool fromStart, class T>
NTKIT_KERNEL void adamLoop(const UpdateScalars<T>& s, const T* __restrict gradient,
                           T* __restrict weight, T* __restrict first, T* __restrict second,
                           const T* __restrict start, Index count) {
  for (Index i = 0; i < count; ++i) {
    const T pull = fromStart ? weight[i] - start[i] : weight[i];
    const T g = gradient[i] + s.coupled * pull;
    const T m = s.beta1 * first[i] + s.rest1 * g;
    const T v = s.beta2 * second[i] + s.rest2 * (g * g);
    first[i] = m;
    second[i] = v;
    weight[i] =
        weight[i] - s.shrink * pull - s.rate * m / (std::sqrt(v) * s.correction + s.epsilon);
  }
}

template <class V, bool fromStart, class T>
NTKIT_KERNEL void sgdLoop(const UpdateScalars<T>& s, const T* __restrict gradient,
                          T* __restrict weight, const T* __restrict start, Index count) {
  for (Index i = 0; i < count; ++i) {
    const T pull = fromStart ? weight[i] - start[i] : weight[i];
    const T g = gradient[i] + s.coupled * pull;
    weight[i] = weight[i] - s.shrink * pull - s.rate * g;
  }
}

// V tells the functions of one set from those of another.
template <class V, class T = typename V::Element>
NTKIT_KERNEL void adamUpdate(const UpdateScalars<T>& s, const UpdateRun<T>& r) {
  if (r.start == nullptr) {
    adamLoop<V, false>(s, r.gradient, r.weight, r.first, r.second, r.start, r.count);
  } else {
    adamLoop<V, true>(s, r.gradient, r.weight, r.first, r.second, r.start, r.count);
  }
}

template <class V, class T = typename V::Element>
NTKIT_KERNEL void sgdUpdate(const UpdateScalars<T>& s, const UpdateRun<T>& r) {
  if (r.start == nullptr) {
    sgdLoop<V, false>(s, r.gradient, r.weight, r.start, r.count);
  } else {
    sgdLoop<V, true>(s, r.gradient, r.weight, r.start, r.count);
  }
}

// kRows x kVectors vectors of sums, with a line of kVectors and a factor, fill the registers.
template <template <class> class V, class T, Index kRows, Index kVectors>
constexpr NetworkKernels<T> networkKernels() {
  return {kVectors * V<T>::kLanes, multiplyPanel<V<T>, kRows, kVectors>, adamUpdate<V<T>>,
          sgdUpdate<V<T>>};
}

}  // namespace ntkit
