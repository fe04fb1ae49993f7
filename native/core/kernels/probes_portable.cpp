// On 16-byte vectors of the compiler's own, for any baseline: a product and a sum. Bits are counted
// as gate_counts_portable.cpp counts them: what a nibble shares with those of 16 columns is loaded
// from a table and added, 64 bits at once.
#include "probes.hpp"

namespace ntkit {
namespace {

constexpr int kSums = 12;
constexpr int kVectors = 8;

using Doubles = double __attribute__((vector_size(16)));
using Floats = float __attribute__((vector_size(16)));
using Bytes = std::uint8_t __attribute__((vector_size(16)));

// Makes the compiler forget what it knows of a value: nothing is hoisted or dropped. A register
// would do, but which kind holds a vector differs between architectures.
#if defined(__x86_64__)
#define NTKIT_OPAQUE(value) asm volatile("" : "+x"(value))
#elif defined(__aarch64__)
#define NTKIT_OPAQUE(value) asm volatile("" : "+w"(value))
#else
#define NTKIT_OPAQUE(value) asm volatile("" : "+m"(value))
#endif

template <class Vector>
void multiplyAdd(Index passes) {
  Vector sums[kSums];
  for (auto& sum : sums) sum = Vector{} + 2;
  Vector half = Vector{} + 0.5F;
  NTKIT_OPAQUE(half);
  for (Index pass = 0; pass < passes; ++pass) {
    for (auto& sum : sums) sum = sum * half + half;
  }
  for (auto& sum : sums) NTKIT_OPAQUE(sum);
}

void bitCounts(Index passes) {
  Bytes tables[kVectors] = {};
  Bytes sums[kVectors] = {};
  for (Index pass = 0; pass < passes; ++pass) {
    // The look-up is a load, from the L1 cache: the compiler may not keep the tables in registers.
    asm volatile("" : : "r"(tables) : "memory");
    for (int v = 0; v < kVectors; ++v) {
      sums[v] += tables[v];
      NTKIT_OPAQUE(sums[v]);
    }
  }
}

}  // namespace

const ProbeLoops kProbesPortable{{2.0 * kSums * 2, multiplyAdd<Doubles>},
                                 {2.0 * kSums * 4, multiplyAdd<Floats>},
                                 {64.0 * kVectors, bitCounts}};

}  // namespace ntkit
