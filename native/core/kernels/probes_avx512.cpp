// As probes_avx2.cpp with vectors twice as wide; VPOPCNTQ counts the bits of a lane.
#include "probes.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

namespace ntkit {
namespace {

constexpr int kSums = 12;
constexpr int kVectors = 12;

// Makes the compiler forget what it knows of a value, at no instruction: nothing is hoisted or
// dropped.
#define NTKIT_OPAQUE(value) asm volatile("" : "+v"(value))

[[gnu::target("avx512f")]] void fmaDouble(Index passes) {
  __m512d sums[kSums];
  for (auto& sum : sums) sum = _mm512_set1_pd(2);
  const __m512d half = _mm512_set1_pd(0.5);
  for (Index pass = 0; pass < passes; ++pass) {
    for (auto& sum : sums) sum = _mm512_fmadd_pd(sum, half, half);
  }
  for (auto& sum : sums) NTKIT_OPAQUE(sum);
}

[[gnu::target("avx512f")]] void fmaSingle(Index passes) {
  __m512 sums[kSums];
  for (auto& sum : sums) sum = _mm512_set1_ps(2);
  const __m512 half = _mm512_set1_ps(0.5F);
  for (Index pass = 0; pass < passes; ++pass) {
    for (auto& sum : sums) sum = _mm512_fmadd_ps(sum, half, half);
  }
  for (auto& sum : sums) NTKIT_OPAQUE(sum);
}

[[gnu::target("avx512f,avx512vpopcntdq")]] void bitCounts(Index passes) {
  __m512i sums[kVectors], line = _mm512_set1_epi64(0x5B);
  for (auto& sum : sums) sum = _mm512_setzero_si512();
  const __m512i gates = _mm512_set1_epi64(0x6D);
  for (Index pass = 0; pass < passes; ++pass) {
    for (auto& sum : sums) {
      NTKIT_OPAQUE(line);
      sum = _mm512_add_epi64(sum, _mm512_popcnt_epi64(_mm512_and_si512(gates, line)));
    }
  }
  for (auto& sum : sums) NTKIT_OPAQUE(sum);
}

}  // namespace

const ProbeLoops kProbesAvx512{
    {2.0 * kSums * 8, fmaDouble}, {2.0 * kSums * 16, fmaSingle}, {512.0 * kVectors, bitCounts}};

}  // namespace ntkit

#endif
