// Sixteen sums: some cores start four multiply-adds a cycle, each of four cycles. CNT counts the
// bits of bytes, which are added up in pairs every 31 words.
#include "probes.hpp"

#if defined(__aarch64__)

#include <arm_neon.h>

namespace ntkit {
namespace {

constexpr int kSums = 16;
constexpr int kVectors = 8;
constexpr int kWordsPerByteSum = 31;

// Makes the compiler forget what it knows of a value, at no instruction: nothing is hoisted or
// dropped.
#define NTKIT_OPAQUE(value) asm volatile("" : "+w"(value))

void fmaDouble(Index passes) {
  float64x2_t sums[kSums];
  for (auto& sum : sums) sum = vdupq_n_f64(0);
  const float64x2_t half = vdupq_n_f64(0.5);
  for (Index pass = 0; pass < passes; ++pass) {
    for (auto& sum : sums) sum = vfmaq_f64(sum, half, half);
    for (auto& sum : sums) NTKIT_OPAQUE(sum);
  }
}

void fmaSingle(Index passes) {
  float32x4_t sums[kSums];
  for (auto& sum : sums) sum = vdupq_n_f32(0);
  const float32x4_t half = vdupq_n_f32(0.5F);
  for (Index pass = 0; pass < passes; ++pass) {
    for (auto& sum : sums) sum = vfmaq_f32(sum, half, half);
    for (auto& sum : sums) NTKIT_OPAQUE(sum);
  }
}

void bitCounts(Index passes) {
  const uint8x16_t gates = vdupq_n_u8(0x5B);
  uint8x16_t line = vdupq_n_u8(0x6D);
  uint16x8_t sums[kVectors];
  for (auto& sum : sums) sum = vdupq_n_u16(0);
  for (Index pass = 0; pass < passes; ++pass) {
    uint8x16_t bytes[kVectors];
    for (auto& byte : bytes) byte = vdupq_n_u8(0);
    for (int word = 0; word < kWordsPerByteSum; ++word) {
      for (auto& byte : bytes) {
        NTKIT_OPAQUE(line);
        byte = vaddq_u8(byte, vcntq_u8(vandq_u8(gates, line)));
      }
    }
    for (int v = 0; v < kVectors; ++v) sums[v] = vpadalq_u8(sums[v], bytes[v]);
  }
  for (auto& sum : sums) NTKIT_OPAQUE(sum);
}

}  // namespace

const ProbeLoops kProbesNeon{{2.0 * kSums * 2, fmaDouble},
                             {2.0 * kSums * 4, fmaSingle},
                             {128.0 * kVectors * kWordsPerByteSum, bitCounts}};

}  // namespace ntkit

#endif
