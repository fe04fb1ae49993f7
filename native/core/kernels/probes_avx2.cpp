// Twelve sums hide the latency of a multiply-add (4 or 5 cycles, two a cycle). Bits are counted as
// gate_counts_avx2.cpp counts them: one shuffle looks up what a nibble shares with those of 32
// columns, one addition counts these 128 bits.
#include "probes.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

namespace ntkit {
namespace {

constexpr int kSums = 12;
constexpr int kVectors = 8;

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
  __m256i sums[kVectors], table = _mm256_set1_epi8(2);
  const __m256i line = _mm256_set1_epi8(0x0B);
  for (auto& sum : sums) sum = _mm256_setzero_si256();
  for (Index pass = 0; pass < passes; ++pass) {
    // What is pinned is a copy: GCC keeps an array that is pinned itself in memory.
    for (int v = 0; v < kVectors; ++v) {
      NTKIT_OPAQUE(table);
      __m256i sum = sums[v];
      sum = _mm256_add_epi8(sum, _mm256_shuffle_epi8(table, line));
      NTKIT_OPAQUE(sum);
      sums[v] = sum;
    }
  }
  for (auto& sum : sums) NTKIT_OPAQUE(sum);
}

}  // namespace

const ProbeLoops kProbesAvx2{
    {2.0 * kSums * 4, fmaDouble}, {2.0 * kSums * 8, fmaSingle}, {128.0 * kVectors, bitCounts}};

}  // namespace ntkit

#endif
