// Shared gates: counts(i, j) = popcount(a_i AND b_j), the number of hidden units active on both
// inputs.
//
// a, b: rows of `words` 64-bit words, contiguous. counts: aRows x bRows, row-major, int32 (a count
// is at most the width, which is below 2^31). Exact. One file an instruction set:
// gate_counts_<isa>.cpp.
#pragma once

#include <cstdint>

#include "../matrix_view.hpp"

namespace ntkit {

using GateCounter = void (*)(const std::uint64_t* a, Index aRows, const std::uint64_t* b,
                             Index bRows, Index words, std::int32_t* counts);

void countGatesPortable(const std::uint64_t* a, Index aRows, const std::uint64_t* b, Index bRows,
                        Index words, std::int32_t* counts);

}  // namespace ntkit
