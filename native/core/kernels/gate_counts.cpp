#include "gate_counts.hpp"

namespace ntkit {
namespace {

// panel[word * 32 + column] = b(column, word); columns beyond bRows are zero.
void packPanel(const std::uint64_t* b, Index stride, Index columns, Index words,
               std::uint64_t* panel) {
  for (Index column = 0; column < kPanelColumns; ++column) {
    const std::uint64_t* const row = column < columns ? b + column * stride : nullptr;
    for (Index word = 0; word < words; ++word) {
      panel[word * kPanelColumns + column] = row != nullptr ? row[word] : 0;
    }
  }
}

// The rows of a that do not fill a micro-kernel, padded with rows of zeros.
void packRows(const std::uint64_t* a, Index stride, Index rows, Index kernelRows, Index words,
              std::uint64_t* packed) {
  for (Index i = 0; i < kernelRows; ++i) {
    for (Index word = 0; word < words; ++word) {
      packed[i * words + word] = i < rows ? a[i * stride + word] : 0;
    }
  }
}

}  // namespace

void countGates(const GateMicroKernel& kernel, const std::uint64_t* a, Index aRows,
                const std::uint64_t* b, Index bRows, Index words, std::int32_t* counts) {
  alignas(64) std::uint64_t panel[kWordBlock * kPanelColumns];
  alignas(64) std::uint64_t padded[kMaxMicroRows * kWordBlock];
  alignas(64) std::int32_t block[kMaxMicroRows * kPanelColumns];
  for (Index word = 0; word < words; word += kWordBlock) {
    const Index wordCount = std::min(kWordBlock, words - word);
    for (Index column = 0; column < bRows; column += kPanelColumns) {
      const Index columns = std::min(kPanelColumns, bRows - column);
      packPanel(b + column * words + word, words, columns, wordCount, panel);
      for (Index row = 0; row < aRows; row += kernel.rows) {
        const Index rows = std::min(kernel.rows, aRows - row);
        const std::uint64_t* source = a + row * words + word;
        Index stride = words;
        if (rows < kernel.rows) {
          packRows(source, stride, rows, kernel.rows, wordCount, padded);
          source = padded;
          stride = wordCount;
        }
        kernel.count(source, stride, panel, wordCount, block);
        for (Index i = 0; i < rows; ++i) {
          std::int32_t* const out = counts + (row + i) * bRows + column;
          const std::int32_t* const in = block + i * kPanelColumns;
          if (word == 0) {
            std::copy_n(in, columns, out);
          } else {
            for (Index j = 0; j < columns; ++j) out[j] += in[j];
          }
        }
      }
    }
  }
}

}  // namespace ntkit
