#include <bit>

#include "gate_counts.hpp"

namespace ntkit {

void countGatesPortable(const std::uint64_t* a, Index aRows, const std::uint64_t* b, Index bRows,
                        Index words, std::int32_t* counts) {
  for (Index i = 0; i < aRows; ++i) {
    const std::uint64_t* const left = a + i * words;
    for (Index j = 0; j < bRows; ++j) {
      const std::uint64_t* const right = b + j * words;
      std::int32_t count = 0;
      for (Index w = 0; w < words; ++w) count += std::popcount(left[w] & right[w]);
      counts[i * bRows + j] = count;
    }
  }
}

}  // namespace ntkit
