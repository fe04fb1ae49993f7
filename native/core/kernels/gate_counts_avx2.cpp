// Bits are counted by two look-ups in a table of nibbles, summed within bytes for up to 31 words,
// then across bytes by psadbw. Two rows by eight columns at a time: sixteen registers.
#include "gate_counts.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

namespace ntkit {
namespace {

constexpr Index kRows = 2;
constexpr Index kVectors = 2;  // of four columns each
constexpr Index kWordsPerByteSum = 31;

[[gnu::target("avx2")]] void countColumns(const std::uint64_t* a, Index stride,
                                          const std::uint64_t* panel, Index words,
                                          std::int32_t* counts) {
  const __m256i nibble = _mm256_set1_epi8(0x0F);
  const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                         0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  __m256i sums[kRows][kVectors];
  for (auto& row : sums) {
    for (auto& sum : row) sum = _mm256_setzero_si256();
  }
  for (Index first = 0; first < words; first += kWordsPerByteSum) {
    const Index end = std::min(first + kWordsPerByteSum, words);
    __m256i bytes[kRows][kVectors];
    for (auto& row : bytes) {
      for (auto& byte : row) byte = _mm256_setzero_si256();
    }
    for (Index word = first; word < end; ++word) {
      const auto* const line = reinterpret_cast<const __m256i*>(panel + word * kPanelColumns);
      for (Index row = 0; row < kRows; ++row) {
        const __m256i gates = _mm256_set1_epi64x(static_cast<long long>(a[row * stride + word]));
        for (Index v = 0; v < kVectors; ++v) {
          const __m256i bits = _mm256_and_si256(gates, _mm256_load_si256(line + v));
          const __m256i low = _mm256_shuffle_epi8(table, _mm256_and_si256(bits, nibble));
          const __m256i high =
              _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(bits, 4), nibble));
          bytes[row][v] = _mm256_add_epi8(bytes[row][v], _mm256_add_epi8(low, high));
        }
      }
    }
    for (Index row = 0; row < kRows; ++row) {
      for (Index v = 0; v < kVectors; ++v) {
        sums[row][v] =
            _mm256_add_epi64(sums[row][v], _mm256_sad_epu8(bytes[row][v], _mm256_setzero_si256()));
      }
    }
  }
  for (Index row = 0; row < kRows; ++row) {
    for (Index v = 0; v < kVectors; ++v) {
      alignas(32) std::uint64_t lanes[4];
      _mm256_store_si256(reinterpret_cast<__m256i*>(lanes), sums[row][v]);
      for (Index lane = 0; lane < 4; ++lane) {
        counts[row * kPanelColumns + v * 4 + lane] = static_cast<std::int32_t>(lanes[lane]);
      }
    }
  }
}

void countAvx2(const std::uint64_t* a, Index stride, const std::uint64_t* panel, Index words,
               std::int32_t* counts) {
  for (Index column = 0; column < kPanelColumns; column += 4 * kVectors) {
    countColumns(a, stride, panel + column, words, counts + column);
  }
}

}  // namespace

const GateMicroKernel kGatesAvx2{kRows, countAvx2};

}  // namespace ntkit

#endif
