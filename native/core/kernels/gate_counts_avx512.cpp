#include "gate_counts.hpp"
#include "intrinsics.hpp"

#if defined(__x86_64__) || defined(NTKIT_EMULATE_X86)

#include <algorithm>
#include <cstring>

#define NTKIT_KERNEL NTKIT_TARGET(NTKIT_WIDE_AVX512 ",avx512vpopcntdq")
#include "transpose.hpp"

namespace ntkit {
namespace {

constexpr Index kBlockWords = 64;
constexpr Index kStrip = 32;  // columns: the panel of a strip, 16 KiB, stays in the L1 cache
constexpr Index kLanes = 8;   // columns a register
constexpr int kVectors = kStrip / kLanes;
// The unmasked conversion of GCC 12 reads an uninitialised variable of its header (its bug 105593).
constexpr __mmask8 kAllLanes = 0xFF;

// Eight words of eight columns are turned at a time.
NTKIT_KERNEL void pack(const std::uint8_t* b, Index stride, Index columns, Index bytes,
                       std::uint8_t* panel) {
  using Words = Avx512<double>;  // bits, whatever they mean: they are only moved
  const Index words = bytes / 8;
  auto* out = reinterpret_cast<std::uint64_t*>(panel);
  for (Index strip = 0; strip < columns; strip += kStrip, out += words * kStrip) {
    for (Index group = 0; group < kStrip; group += kLanes) {
      const std::uint8_t* const rows = b + (strip + group) * stride;
      const Index present = std::clamp<Index>(columns - strip - group, 0, kLanes);
      Index word = 0;
      for (; present == kLanes && word + kLanes <= words; word += kLanes) {
        Words block[kLanes];
        for (Index r = 0; r < kLanes; ++r) {
          block[r] = Words::load(reinterpret_cast<const double*>(rows + r * stride + 8 * word));
        }
        transpose(block);
        for (Index r = 0; r < kLanes; ++r) {
          block[r].store(reinterpret_cast<double*>(out + (word + r) * kStrip + group));
        }
      }
      for (; word < words; ++word) {
        for (Index r = 0; r < kLanes; ++r) {
          std::uint64_t gates = 0;
          if (r < present) std::memcpy(&gates, rows + r * stride + 8 * word, 8);
          out[word * kStrip + group + r] = gates;
        }
      }
    }
  }
}

// kRows x 32 sums in registers over all words of a strip.
template <int kRows>
NTKIT_KERNEL void countRows(const std::uint8_t* a, Index stride, const std::uint64_t* panel,
                            Index words, std::uint16_t* counts) {
  __m512i sums[kRows][kVectors];
  for (auto& row : sums) {
    for (__m512i& sum : row) sum = _mm512_setzero_si512();
  }
  for (Index word = 0; word < words; ++word) {
    __m512i line[kVectors];
    for (int v = 0; v < kVectors; ++v) {
      line[v] = _mm512_load_si512(panel + word * kStrip + v * kLanes);
    }
    for (int row = 0; row < kRows; ++row) {
      long long gates = 0;
      std::memcpy(&gates, a + row * stride + 8 * word, 8);
      const __m512i broadcast = _mm512_set1_epi64(gates);
      for (int v = 0; v < kVectors; ++v) {
        sums[row][v] = _mm512_add_epi64(sums[row][v],
                                        _mm512_popcnt_epi64(_mm512_and_si512(broadcast, line[v])));
      }
    }
  }
  for (int row = 0; row < kRows; ++row) {
    for (int v = 0; v < kVectors; ++v) {
      auto* const out = reinterpret_cast<__m128i*>(counts + row * kCountStride + v * kLanes);
      const __m128i sum = _mm512_maskz_cvtepi64_epi16(kAllLanes, sums[row][v]);
      _mm_store_si128(out, _mm_add_epi16(_mm_load_si128(out), sum));
    }
  }
}

void count(const std::uint8_t* a, Index stride, Index rows, const std::uint8_t* panel,
           Index columns, Index bytes, std::uint16_t* counts, const TargetRows& next) {
  constexpr Index kRows = 4;
  const Index words = bytes / 8;
  const auto* strip = reinterpret_cast<const std::uint64_t*>(panel);
  for (Index column = 0; column < columns; column += kStrip, strip += words * kStrip) {
    Index row = 0;
    for (; row + kRows <= rows; row += kRows) {
      for (Index r = row; r < row + kRows; ++r) next.ask(r, column, kStrip);
      countRows<kRows>(a + row * stride, stride, strip, words,
                       counts + row * kCountStride + column);
    }
    for (; row < rows; ++row) {
      countRows<1>(a + row * stride, stride, strip, words, counts + row * kCountStride + column);
    }
  }
}

NTKIT_KERNEL std::uint64_t openGates(const float* p) {
  return _mm512_cmp_ps_mask(_mm512_loadu_ps(p), _mm512_setzero_ps(), _CMP_GT_OQ);
}
NTKIT_KERNEL std::uint64_t openGates(const double* p) {
  return _mm512_cmp_pd_mask(_mm512_loadu_pd(p), _mm512_setzero_pd(), _CMP_GT_OQ);
}

template <class T>
NTKIT_KERNEL void packGates(const T* p, Index units, std::uint64_t* words) {
  constexpr Index kGates = 64 / sizeof(T);
  const Index whole = units / 64 * 64;
  for (Index first = 0; first < whole; first += 64) {
    std::uint64_t word = 0;
    for (Index r = 0; r < 64; r += kGates) word |= openGates(p + first + r) << r;
    words[first / 64] = word;
  }
  packGatesLoop(p + whole, units - whole, words + whole / 64);
}

NTKIT_KERNEL void scaleFloat(const std::uint16_t* counts, float factor, bool add, const float* in,
                             float* out, Index columns) {
  scaleLoop(counts, factor, add, in, out, columns);
}
NTKIT_KERNEL void scaleDouble(const std::uint16_t* counts, double factor, bool add,
                              const double* in, double* out, Index columns) {
  scaleLoop(counts, factor, add, in, out, columns);
}

}  // namespace

const GateKernel kGatesAvx512{8 * kBlockWords,   pack,       count,      packGates<float>,
                              packGates<double>, scaleFloat, scaleDouble};

}  // namespace ntkit

#endif
