// On 16-byte vectors of the compiler's own, for any baseline: a product and a sum, and the shifts
// and masks of gate_counts_portable.cpp.
#include "probes.hpp"

namespace ntkit {
namespace {

constexpr int kSums = 12;
constexpr int kVectors = 4;
constexpr int kWordsPerByteSum = 31;

using Doubles = double __attribute__((vector_size(16)));
using Floats = float __attribute__((vector_size(16)));
using Words = std::uint64_t __attribute__((vector_size(16)));

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
  const Words pairs = Words{} + 0x5555555555555555, quads = Words{} + 0x3333333333333333,
              nibbles = Words{} + 0x0F0F0F0F0F0F0F0F, even = Words{} + 0x00FF00FF00FF00FF;
  Words gates = Words{} + 0x5B5B5B5B5B5B5B5B, line = Words{} + 0x6D6D6D6D6D6D6D6D;
  Words sums[kVectors] = {};
  for (Index pass = 0; pass < passes; ++pass) {
    Words bytes[kVectors] = {};
    for (int word = 0; word < kWordsPerByteSum; ++word) {
      for (auto& byte : bytes) {
        NTKIT_OPAQUE(line);
        Words bits = gates & line;
        bits -= (bits >> 1) & pairs;
        bits = (bits & quads) + ((bits >> 2) & quads);
        byte += (bits + (bits >> 4)) & nibbles;
      }
    }
    for (int v = 0; v < kVectors; ++v) sums[v] += (bytes[v] & even) + ((bytes[v] >> 8) & even);
  }
  for (auto& sum : sums) NTKIT_OPAQUE(sum);
}

}  // namespace

const ProbeLoops kProbesPortable{{2.0 * kSums * 2, multiplyAdd<Doubles>},
                                 {2.0 * kSums * 4, multiplyAdd<Floats>},
                                 {128.0 * kVectors * kWordsPerByteSum, bitCounts}};

}  // namespace ntkit
