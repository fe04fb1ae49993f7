// Shared gates: counts(i, j) += popcount(a_i AND b_j), the number of hidden units active on both
// inputs, for a tile of at most 192 rows a_i and 192 columns b_j.
//
// Gates are rows of bytes, eight units a byte. counts: row-major at distance kCountStride,
// uint16, exact while a tile has had at most 65535 units. Counts are integers: every instruction
// set gives the same.
//
// Lanes are columns: a block of `blockBytes` bytes of every b_j is packed into a panel, once a
// tile, and nothing is ever summed across lanes. How a panel looks is the instruction set's affair:
//
//   avx2      nibbles [nibble][192]. A nibble of a_i selects one of the 16 tables t[v] =
//             popcount(nibble AND v), and one shuffle looks 32 columns up: two instructions count
//             128 pairs of gates, where AND and popcount take eight for 256.
//   portable  nibbles [nibble][192], from which a table [nibble][16 values][16 columns] is made for
//             each 16 columns; a row is then one load and one add a nibble (the method of the four
//             Russians: Arlazarov, Dinic, Kronrod, Faradzev, 1970).
//   avx512    words [32 columns at a time][word][32]: AND, VPOPCNTQ, add.
//   neon      words [8 columns at a time][word][8]: AND, CNT, add within bytes.
#pragma once

#include <bit>
#include <cstdint>

#include "../matrix_view.hpp"
#include "tile_target.hpp"

namespace ntkit {

static_assert(std::endian::native == std::endian::little, "words of gates are read as bytes");

inline constexpr Index kGateTile = 192;
// Rows of counts: a little further apart than a power of 2, which would be the same few sets of the
// L1 cache for all of them.
inline constexpr Index kCountStride = kGateTile + 16;
// What pack may read behind the last byte of the last row.
inline constexpr Index kGateSlack = 32;
// No panel is larger.
inline constexpr Index kMaxPanelBytes = 96 * 1024;

struct GateKernel {
  Index blockBytes;

  // Packs `bytes` <= blockBytes bytes of `columns` rows b, `stride` bytes apart.
  void (*pack)(const std::uint8_t* b, Index stride, Index columns, Index bytes,
               std::uint8_t* panel);
  // Adds the counts of `rows` rows a against a panel of the same bytes. The lines of `next`, where
  // they are written to after that, come nearer meanwhile.
  void (*count)(const std::uint8_t* a, Index stride, Index rows, const std::uint8_t* panel,
                Index columns, Index bytes, std::uint16_t* counts, const TargetRows& next);

  // Gates of one row of pre-activations: bit r of words is p[r] > 0, unused bits are 0.
  void (*packGatesFloat)(const float* p, Index units, std::uint64_t* words);
  void (*packGatesDouble)(const double* p, Index units, std::uint64_t* words);

  // out[j] = in[j] (counts[j] factor); with `add`, + out[j] factor. in may be out without `add`.
  void (*scaleFloat)(const std::uint16_t* counts, float factor, bool add, const float* in,
                     float* out, Index columns);
  void (*scaleDouble)(const std::uint16_t* counts, double factor, bool add, const double* in,
                      double* out, Index columns);

  template <class T>
  auto packGates() const {
    if constexpr (sizeof(T) == sizeof(float)) {
      return packGatesFloat;
    } else {
      return packGatesDouble;
    }
  }
  template <class T>
  auto scale() const {
    if constexpr (sizeof(T) == sizeof(float)) {
      return scaleFloat;
    } else {
      return scaleDouble;
    }
  }
};

extern const GateKernel kGatesPortable;
#if defined(__x86_64__) || defined(NTKIT_EMULATE_X86)
extern const GateKernel kGatesAvx2;
extern const GateKernel kGatesAvx512;  // needs AVX512VPOPCNTDQ
#endif
#if defined(__aarch64__)
extern const GateKernel kGatesNeon;
#endif

// The loops below are inlined into one function an instruction set, where compilers vectorise them.

template <class T>
[[gnu::always_inline]] inline void scaleLoop(const std::uint16_t* counts, T factor, bool add,
                                             const T* in, T* out, Index columns) {
  if (add) {
    for (Index j = 0; j < columns; ++j) {
      const T own = out[j] * factor;
      out[j] = own + in[j] * (static_cast<T>(counts[j]) * factor);
    }
  } else {
#pragma GCC ivdep
    for (Index j = 0; j < columns; ++j) out[j] = in[j] * (static_cast<T>(counts[j]) * factor);
  }
}

template <class T>
[[gnu::always_inline]] inline void packGatesLoop(const T* p, Index units, std::uint64_t* words) {
  for (Index first = 0; first < units; first += 64) {
    const Index end = std::min<Index>(64, units - first);
    std::uint64_t word = 0;
    for (Index r = 0; r < end; ++r) word |= std::uint64_t{p[first + r] > 0} << r;
    words[first / 64] = word;
  }
}

}  // namespace ntkit
