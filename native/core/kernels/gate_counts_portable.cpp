// Plain C++ with vectors of 16 bytes, which compilers lower to what the machine has.
#include <cstring>

#include "gate_counts.hpp"

namespace ntkit {
namespace {

constexpr Index kBlockBytes = 24;  // 192 units: their count fits a byte, their tables the L1 cache
constexpr Index kStrip = 16;
constexpr Index kNibbleValues = 16;

using Strip = std::uint8_t __attribute__((vector_size(kStrip)));
using Counts = std::uint16_t __attribute__((vector_size(kStrip)));  // of half a strip

// Rows and columns of an 8 x 8 matrix of bytes, a row a word, swapped by halves, quarters, eighths.
void transposeBytes(std::uint64_t (&rows)[8]) {
  const auto swap = [&](int distance, int shift, std::uint64_t mask) {
    for (int i = 0; i < 8; ++i) {
      if ((i & distance) != 0) continue;
      const std::uint64_t changed = ((rows[i] >> shift) ^ rows[i + distance]) & mask;
      rows[i] ^= changed << shift;
      rows[i + distance] ^= changed;
    }
  };
  swap(4, 32, 0x00000000FFFFFFFF);
  swap(2, 16, 0x0000FFFF0000FFFF);
  swap(1, 8, 0x00FF00FF00FF00FF);
}

// panel[2 k], panel[2 k + 1]: the low and the high nibble of byte k of the columns. Those of a
// strip alternate between its halves, 0 8 1 9 ..., so that splitting even from odd bytes restores
// them.
void pack(const std::uint8_t* b, Index stride, Index columns, Index bytes, std::uint8_t* panel) {
  constexpr std::uint64_t kLow = 0x0F0F0F0F0F0F0F0F;
  for (Index place = 0; place < kGateTile; place += 8) {
    for (Index byte = 0; byte < bytes; byte += 8) {
      std::uint64_t block[8] = {};
      for (Index i = 0; i < 8; ++i) {
        const Index inStrip = (place + i) % kStrip;
        const Index column = place + i - inStrip + inStrip % 2 * (kStrip / 2) + inStrip / 2;
        if (column < columns) std::memcpy(&block[i], b + column * stride + byte, 8);
      }
      transposeBytes(block);
      for (Index k = 0; k < 8; ++k) {
        std::uint8_t* const line = panel + 2 * (byte + k) * kGateTile + place;
        const std::uint64_t low = block[k] & kLow, high = block[k] >> 4 & kLow;
        std::memcpy(line, &low, 8);
        std::memcpy(line + kGateTile, &high, 8);
      }
    }
  }
}

// table[nibble][value] = popcount(value AND nibble of each column), built by doubling.
void buildTable(const std::uint8_t* panel, Index nibbles, Strip (*table)[kNibbleValues]) {
  for (Index k = 0; k < nibbles; ++k) {
    Strip gates;
    std::memcpy(&gates, panel + k * kGateTile, sizeof gates);
    table[k][0] = Strip{};
    for (int bit = 0; bit < 4; ++bit) {
      const Strip open = (gates >> bit) & 1;
      for (int value = 0; value < 1 << bit; ++value) {
        table[k][(1 << bit) + value] = table[k][value] + open;
      }
    }
  }
}

void addCounts(Counts sums, std::uint16_t* counts) {
  Counts total;
  std::memcpy(&total, counts, sizeof total);
  total += sums;
  std::memcpy(counts, &total, sizeof total);
}

void count(const std::uint8_t* a, Index stride, Index rows, const std::uint8_t* panel,
           Index columns, Index bytes, std::uint16_t* counts, const TargetRows& next) {
  alignas(64) Strip table[2 * kBlockBytes][kNibbleValues];
  // Rows of a lie powers of 2 apart, in the same few sets of the cache: they are read often, so
  // they are copied together.
  std::uint64_t block[kGateTile][kBlockBytes / 8];
  for (Index row = 0; row < rows; ++row) {
    std::memcpy(block[row], a + row * stride, static_cast<std::size_t>(bytes));
  }
  for (Index column = 0; column < columns; column += kStrip) {
    buildTable(panel + column, 2 * bytes, table);
    for (Index row = 0; row < rows; ++row) {
      next.ask(row, column, kStrip);
      Strip low{}, high{};
      const auto* lines = reinterpret_cast<const std::uint8_t*>(table);
      for (Index word = 0; word < bytes / 8; ++word) {
        std::uint64_t gates = block[row][word];
#pragma GCC unroll 8
        for (int k = 0; k < 8; ++k, gates >>= 8, lines += 2 * sizeof table[0]) {
          low += *reinterpret_cast<const Strip*>(lines + (gates << 4 & 0xF0));
          high += *reinterpret_cast<const Strip*>(lines + sizeof table[0] + (gates & 0xF0));
        }
      }
      const Counts pairs = reinterpret_cast<Counts>(low + high);
      std::uint16_t* const out = counts + row * kCountStride + column;
      addCounts(pairs & 0x00FF, out);
      addCounts(pairs >> 8, out + kStrip / 2);
    }
  }
}

void scaleFloat(const std::uint16_t* counts, float factor, bool add, const float* in, float* out,
                Index columns) {
  scaleLoop(counts, factor, add, in, out, columns);
}
void scaleDouble(const std::uint16_t* counts, double factor, bool add, const double* in,
                 double* out, Index columns) {
  scaleLoop(counts, factor, add, in, out, columns);
}

}  // namespace

const GateKernel kGatesPortable{kBlockBytes,           pack,       count,      packGatesLoop<float>,
                                packGatesLoop<double>, scaleFloat, scaleDouble};

}  // namespace ntkit
