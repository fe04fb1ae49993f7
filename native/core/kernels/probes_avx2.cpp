// Twelve sums hide the latency of a multiply-add (4 or 5 cycles, two a cycle). Bits are counted as
// gate_counts_avx2.cpp counts them: two look-ups of nibbles, byte sums, psadbw every 31 words.
#include "probes.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

namespace ntkit {
namespace {

constexpr int kSums = 12;
constexpr int kVectors = 4;
constexpr int kWordsPerByteSum = 31;

// Makes the compiler forget what it knows of a value, at no instruction: nothing is hoisted or
// dropped.
#define NTKIT_OPAQUE(value) asm volatile("" : "+x"(value))

[[gnu::target("avx2,fma")]] void fmaDouble(Index passes) {
  __m256d sums[kSums];
  for (auto& sum : sums) sum = _mm256_set1_pd(2);
  const __m256d half = _mm256_set1_pd(0.5);
  for (Index pass = 0; pass < passes; ++pass) {
    for (auto& sum : sums) sum = _mm256_fmadd_pd(sum, half, half);
  }
  for (auto& sum : sums) NTKIT_OPAQUE(sum);
}

[[gnu::target("avx2,fma")]] void fmaSingle(Index passes) {
  __m256 sums[kSums];
  for (auto& sum : sums) sum = _mm256_set1_ps(2);
  const __m256 half = _mm256_set1_ps(0.5F);
  for (Index pass = 0; pass < passes; ++pass) {
    for (auto& sum : sums) sum = _mm256_fmadd_ps(sum, half, half);
  }
  for (auto& sum : sums) NTKIT_OPAQUE(sum);
}

[[gnu::target("avx2")]] void bitCounts(Index passes) {
  const __m256i nibble = _mm256_set1_epi8(0x0F);
  const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                         0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const __m256i gates = _mm256_set1_epi8(0x5B);
  __m256i sums[kVectors], line = _mm256_set1_epi8(0x6D);
  for (auto& sum : sums) sum = _mm256_setzero_si256();
  for (Index pass = 0; pass < passes; ++pass) {
    __m256i bytes[kVectors];
    for (auto& byte : bytes) byte = _mm256_setzero_si256();
    for (int word = 0; word < kWordsPerByteSum; ++word) {
      for (auto& byte : bytes) {
        NTKIT_OPAQUE(line);
        const __m256i bits = _mm256_and_si256(gates, line);
        const __m256i low = _mm256_shuffle_epi8(table, _mm256_and_si256(bits, nibble));
        const __m256i high =
            _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(bits, 4), nibble));
        byte = _mm256_add_epi8(byte, _mm256_add_epi8(low, high));
      }
    }
    for (int v = 0; v < kVectors; ++v) {
      sums[v] = _mm256_add_epi64(sums[v], _mm256_sad_epu8(bytes[v], _mm256_setzero_si256()));
    }
  }
  for (auto& sum : sums) NTKIT_OPAQUE(sum);
}

}  // namespace

const ProbeLoops kProbesAvx2{{2.0 * kSums * 4, fmaDouble},
                             {2.0 * kSums * 8, fmaSingle},
                             {256.0 * kVectors * kWordsPerByteSum, bitCounts}};

}  // namespace ntkit

#endif
