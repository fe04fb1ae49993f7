// Bits are counted within bytes by shifts and masks; bytes hold the sums of up to 31 words before
// they are added up. Plain C++ that compilers vectorise for any baseline.
#include "gate_counts.hpp"

namespace ntkit {
namespace {

constexpr Index kRows = 2;
constexpr Index kWordsPerByteSum = 31;  // 31 x 8 bits <= 255

void countPortable(const std::uint64_t* a, Index stride, const std::uint64_t* panel, Index words,
                   std::int32_t* counts) {
  for (Index row = 0; row < kRows; ++row) {
    std::int32_t* const out = counts + row * kPanelColumns;
    std::fill_n(out, kPanelColumns, 0);
    for (Index first = 0; first < words; first += kWordsPerByteSum) {
      const Index end = std::min(first + kWordsPerByteSum, words);
      std::uint64_t sums[kPanelColumns] = {};
      for (Index word = first; word < end; ++word) {
        const std::uint64_t gates = a[row * stride + word];
        const std::uint64_t* const line = panel + word * kPanelColumns;
        for (Index column = 0; column < kPanelColumns; ++column) {
          std::uint64_t bits = gates & line[column];
          bits -= bits >> 1 & 0x5555555555555555;
          bits = (bits & 0x3333333333333333) + (bits >> 2 & 0x3333333333333333);
          sums[column] += (bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0F;
        }
      }
      for (Index column = 0; column < kPanelColumns; ++column) {
        const std::uint64_t pairs =
            (sums[column] & 0x00FF00FF00FF00FF) + (sums[column] >> 8 & 0x00FF00FF00FF00FF);
        out[column] += static_cast<std::int32_t>(pairs * 0x0001000100010001 >> 48);
      }
    }
  }
}

}  // namespace

const GateMicroKernel kGatesPortable{kRows, countPortable};

}  // namespace ntkit
