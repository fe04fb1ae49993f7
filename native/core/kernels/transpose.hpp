// A square block of numbers, turned in registers. A unit defines NTKIT_KERNEL, the target of its
// instruction set, and includes this file.
#pragma once

#include "vector.hpp"

namespace ntkit {

// Transposes kLanes x kLanes elements: log2(kLanes) perfect shuffles.
template <class V>
NTKIT_KERNEL NTKIT_INLINE void transpose(V (&rows)[V::kLanes]) {
  constexpr Index kHalf = V::kLanes / 2;
#pragma GCC unroll 4
  for (Index stage = 1; stage < V::kLanes; stage *= 2) {
    V shuffled[V::kLanes];
#pragma GCC unroll 8
    for (Index i = 0; i < kHalf; ++i) {
      shuffled[2 * i] = V::zipLow(rows[i], rows[i + kHalf]);
      shuffled[2 * i + 1] = V::zipHigh(rows[i], rows[i + kHalf]);
    }
#pragma GCC unroll 16
    for (Index i = 0; i < V::kLanes; ++i) rows[i] = shuffled[i];
  }
}

}  // namespace ntkit
