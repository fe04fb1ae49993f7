// Shared gates: counts(i, j) = popcount(a_i AND b_j), the number of hidden units active on both
// inputs.
//
// a: aRows x words, b: bRows x words, 64-bit words, rows contiguous. counts: aRows x bRows,
// row-major, int32 (a count is at most the width, which is below 2^31). Exact, so every instruction
// set gives the same numbers.
//
// Lanes are columns: 32 rows of b are transposed into a panel [word][32], one word of a is
// broadcast against a line of it, and nothing is ever summed across lanes. Words go in blocks of
// 64, whose panel (16 KiB) stays in the L1 cache. The panel, the blocks and the edges are
// gate_counts.cpp; an instruction set brings its micro-kernel alone.
#pragma once

#include <cstdint>

#include "../matrix_view.hpp"

namespace ntkit {

inline constexpr Index kPanelColumns = 32;
inline constexpr Index kWordBlock = 64;

// Counts `rows` rows of a (at distance `stride` words) against one panel over `words` <= kWordBlock
// words into counts, rows x 32.
struct GateMicroKernel {
  Index rows;
  void (*count)(const std::uint64_t* a, Index stride, const std::uint64_t* panel, Index words,
                std::int32_t* counts);
};

inline constexpr Index kMaxMicroRows = 8;

extern const GateMicroKernel kGatesPortable;
#if defined(__x86_64__)
extern const GateMicroKernel kGatesAvx2;
extern const GateMicroKernel kGatesAvx512;  // needs AVX512VPOPCNTDQ
#endif

void countGates(const GateMicroKernel& kernel, const std::uint64_t* a, Index aRows,
                const std::uint64_t* b, Index bRows, Index words, std::int32_t* counts);

}  // namespace ntkit
