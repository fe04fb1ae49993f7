// One VPOPCNTQ counts the bits of eight columns: AND, count, add. Six rows by 32 columns keep 24
// sums, a line of the panel and a broadcast word in the 32 registers.
#include "gate_counts.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

namespace ntkit {
namespace {

constexpr Index kRows = 6;
constexpr Index kVectors = 4;  // of eight columns each
// The unmasked conversion of GCC 12 reads an uninitialised variable of its header (its bug 105593).
constexpr __mmask8 kAllLanes = 0xFF;

[[gnu::target("avx512f,avx512vl,avx512vpopcntdq")]] void countAvx512(const std::uint64_t* a,
                                                                     Index stride,
                                                                     const std::uint64_t* panel,
                                                                     Index words,
                                                                     std::int32_t* counts) {
  __m512i sums[kRows][kVectors];
  for (auto& row : sums) {
    for (auto& sum : row) sum = _mm512_setzero_si512();
  }
  for (Index word = 0; word < words; ++word) {
    __m512i line[kVectors];
    for (Index v = 0; v < kVectors; ++v) {
      line[v] = _mm512_load_si512(panel + word * kPanelColumns + v * 8);
    }
    for (Index row = 0; row < kRows; ++row) {
      const __m512i gates = _mm512_set1_epi64(static_cast<long long>(a[row * stride + word]));
      for (Index v = 0; v < kVectors; ++v) {
        sums[row][v] =
            _mm512_add_epi64(sums[row][v], _mm512_popcnt_epi64(_mm512_and_si512(gates, line[v])));
      }
    }
  }
  for (Index row = 0; row < kRows; ++row) {
    for (Index v = 0; v < kVectors; ++v) {
      _mm256_store_si256(reinterpret_cast<__m256i*>(counts + row * kPanelColumns + v * 8),
                         _mm512_maskz_cvtepi64_epi32(kAllLanes, sums[row][v]));
    }
  }
}

}  // namespace

const GateMicroKernel kGatesAvx512{kRows, countAvx512};

}  // namespace ntkit

#endif
