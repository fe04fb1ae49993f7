// Softmax of one row whose scores arrive in parts, in one pass over each part:
//
//   largest' = max(largest, max_j s_j);  s_j <- exp(s_j - largest');  factor = exp(largest -
//   largest') sum' = factor sum + sum_j s_j
//
// What was accumulated from earlier parts is to be multiplied by `factor`; after the last part
// weights are s_j / sum. The largest exponent is 0, so nothing overflows; what is below the
// smallest normal number beside it is 0. Error of an exponential: 1.1 eps. Elements take correctly
// rounded operations in a fixed order and no fused ones, and sums go by fixed lanes: every
// instruction set gives the same bits. NaN and infinite scores end in NaN.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>

#include "../matrix_view.hpp"

namespace ntkit {

// Before the first part nothing is accumulated.
template <class T>
struct SoftmaxRow {
  T largest = -std::numeric_limits<T>::infinity();
  double sum = 0;
};

// scores: `count` contiguous elements, overwritten by their exponentials. Returns `factor`.
template <class T>
using SoftmaxUpdate = T (*)(T* scores, Index count, SoftmaxRow<T>& row);

// exp(x) = 2^k exp(r), k the integer nearest to x / ln 2, |r| <= ln 2 / 2, by its Taylor series,
// cut where the next term is below half an ulp. Adding kRound leaves k in the low bits of the sum;
// ln 2 is split in two so that k times its first part is exact.
template <class T>
struct Exponential;

template <>
struct Exponential<double> {
  using Bits = std::uint64_t;
  static constexpr int kMantissa = 52, kTerms = 13;
  static constexpr double kLeast = -708.0, kRound = 0x1.8p52, kInverseLn2 = 0x1.71547652b82fep0;
  static constexpr double kLn2High = 0x1.62e42fefa3800p-1, kLn2Low = 0x1.ef35793c76730p-45;
};

template <>
struct Exponential<float> {
  using Bits = std::uint32_t;
  static constexpr int kMantissa = 23, kTerms = 7;
  static constexpr float kLeast = -87.0F, kRound = 0x1.8p23F, kInverseLn2 = 0x1.715476p0F;
  static constexpr float kLn2High = 0x1.62e400p-1F, kLn2Low = 0x1.7f7d1cp-20F;
};

template <class T>
constexpr T inverseFactorial(int n) {
  T product = 1;
  for (int k = 2; k <= n; ++k) product *= static_cast<T>(k);
  return 1 / product;
}

// A register of numbers, and the bits in it.
template <class T, std::size_t kBytes>
struct Register {
  typedef T Numbers __attribute__((vector_size(kBytes)));
  typedef typename Exponential<T>::Bits Words __attribute__((vector_size(kBytes)));
};

// exp(x) for x <= 0 or NaN, in place.
template <class T, std::size_t kBytes>
[[gnu::always_inline]] inline void exponential(typename Register<T, kBytes>::Numbers& x) {
  using E = Exponential<T>;
  using V = typename Register<T, kBytes>::Numbers;
  using W = typename Register<T, kBytes>::Words;
  const V shifted = x * E::kInverseLn2 + E::kRound;
  const V k = shifted - E::kRound;
  const V r = (x - k * E::kLn2High) - k * E::kLn2Low;
  // exp(r) = 1 + r (odd + r even): two series side by side, so that no term waits for all others.
  const V square = r * r;
  V odd = V{} + inverseFactorial<T>(E::kTerms), even = V{} + inverseFactorial<T>(E::kTerms - 1);
#pragma GCC unroll 8
  for (int term = E::kTerms - 2; term > 1; term -= 2) {
    odd = odd * square + inverseFactorial<T>(term);
    even = even * square + inverseFactorial<T>(term - 1);
  }
  odd = odd * square + T{1};
  const V series = r * (odd + r * even) + T{1};
  const W scaled = (W)series + ((W)shifted << E::kMantissa);
  x = x < E::kLeast ? V{} : (V)scaled;
}

// The update itself, inlined into one function an instruction set, which names the bytes of its
// registers. A row goes in groups of 64 bytes whatever they are; what is left beside whole groups
// is a group of its own, filled up with scores whose exponentials are 0.
template <class T, std::size_t kBytes>
[[gnu::always_inline]] inline T softmaxLoop(T* scores, Index count, SoftmaxRow<T>& row) {
  using V = typename Register<T, kBytes>::Numbers;
  constexpr Index kGroup = 64 / sizeof(T), kWidth = kBytes / sizeof(T);
  const Index groups = count / kGroup, left = count % kGroup;
  T rest[kGroup];
  for (Index l = 0; l < kGroup; ++l) rest[l] = -std::numeric_limits<T>::infinity();
  std::copy_n(scores + count - left, left, rest);

  V most[kGroup / kWidth], sums[kGroup / kWidth], lanes;
  for (V& part : most) part = V{} + row.largest;
  for (V& part : sums) part = V{};
  for (Index group = 0; group <= groups; ++group) {
    const T* const source = group < groups ? scores + group * kGroup : rest;
    for (Index v = 0; v < kGroup / kWidth; ++v) {
      std::memcpy(&lanes, source + v * kWidth, kBytes);
      most[v] = lanes > most[v] ? lanes : most[v];
    }
  }
  T largest = row.largest;
  for (const V& part : most) {
    for (Index l = 0; l < kWidth; ++l) largest = part[l] > largest ? part[l] : largest;
  }
  for (Index group = 0; group <= groups; ++group) {
    T* const place = group < groups ? scores + group * kGroup : rest;
    for (Index v = 0; v < kGroup / kWidth; ++v) {
      std::memcpy(&lanes, place + v * kWidth, kBytes);
      lanes -= largest;
      exponential<T, kBytes>(lanes);
      sums[v] += lanes;
      std::memcpy(place + v * kWidth, &lanes, kBytes);
    }
  }
  std::copy_n(rest, left, scores + count - left);

  double sum = 0;
  for (const V& part : sums) {
    for (Index l = 0; l < kWidth; ++l) sum += static_cast<double>(part[l]);
  }
  lanes = V{} + (row.largest - largest);
  exponential<T, kBytes>(lanes);
  row.sum = row.sum * static_cast<double>(lanes[0]) + sum;
  row.largest = largest;
  return lanes[0];
}

#define NTKIT_DECLARE_SOFTMAX(name)              \
  float name(float*, Index, SoftmaxRow<float>&); \
  double name(double*, Index, SoftmaxRow<double>&)

NTKIT_DECLARE_SOFTMAX(softmaxPortable);
#if defined(__x86_64__)
NTKIT_DECLARE_SOFTMAX(softmaxAvx2);
NTKIT_DECLARE_SOFTMAX(softmaxAvx512);
#endif

#undef NTKIT_DECLARE_SOFTMAX

}  // namespace ntkit
