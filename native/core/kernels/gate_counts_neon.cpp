#include "gate_counts.hpp"
#include "intrinsics.hpp"

#if defined(__aarch64__) && !defined(NTKIT_EMULATE_X86)

#include <cstring>

namespace ntkit {
namespace {

constexpr Index kBlockWords = 31;  // of at most 8 open gates a byte: their count fits a byte
constexpr Index kStrip = 8;        // columns
constexpr Index kLanes = 2;        // columns a register
constexpr int kVectors = kStrip / kLanes;

void pack(const std::uint8_t* b, Index stride, Index columns, Index bytes, std::uint8_t* panel) {
  const Index words = bytes / 8;
  for (Index strip = 0; strip < columns; strip += kStrip, panel += bytes * kStrip) {
    for (Index column = 0; column < kStrip; ++column) {
      const std::uint8_t* const row = b + (strip + column) * stride;
      for (Index word = 0; word < words; ++word) {
        std::uint64_t gates = 0;
        if (strip + column < columns) std::memcpy(&gates, row + 8 * word, 8);
        std::memcpy(panel + (word * kStrip + column) * 8, &gates, 8);
      }
    }
  }
}

// kRows x 8 sums in registers, by bytes, over all words of a strip.
template <int kRows>
void countRows(const std::uint8_t* a, Index stride, const std::uint8_t* panel, Index words,
               std::uint16_t* counts) {
  uint8x16_t sums[kRows][kVectors];
  for (auto& row : sums) {
    for (uint8x16_t& sum : row) sum = vdupq_n_u8(0);
  }
  for (Index word = 0; word < words; ++word) {
    uint8x16_t line[kVectors];
    for (int v = 0; v < kVectors; ++v) line[v] = vld1q_u8(panel + (word * kStrip + v * kLanes) * 8);
    for (int row = 0; row < kRows; ++row) {
      std::uint64_t gates = 0;
      std::memcpy(&gates, a + row * stride + 8 * word, 8);
      const uint8x16_t broadcast = vreinterpretq_u8_u64(vdupq_n_u64(gates));
      for (int v = 0; v < kVectors; ++v) {
        sums[row][v] = vaddq_u8(sums[row][v], vcntq_u8(vandq_u8(broadcast, line[v])));
      }
    }
  }
  for (int row = 0; row < kRows; ++row) {
    std::uint16_t* const out = counts + row * kCountStride;
    for (int v = 0; v < kVectors; ++v) {
      const uint64x2_t lanes = vpaddlq_u32(vpaddlq_u16(vpaddlq_u8(sums[row][v])));
      out[v * kLanes] += static_cast<std::uint16_t>(vgetq_lane_u64(lanes, 0));
      out[v * kLanes + 1] += static_cast<std::uint16_t>(vgetq_lane_u64(lanes, 1));
    }
  }
}

void count(const std::uint8_t* a, Index stride, Index rows, const std::uint8_t* panel,
           Index columns, Index bytes, std::uint16_t* counts, const TargetRows& next) {
  constexpr Index kRows = 4;
  for (Index column = 0; column < columns; column += kStrip, panel += bytes * kStrip) {
    Index row = 0;
    for (; row + kRows <= rows; row += kRows) {
      for (Index r = row; r < row + kRows; ++r) next.ask(r, column, kStrip);
      countRows<kRows>(a + row * stride, stride, panel, bytes / 8,
                       counts + row * kCountStride + column);
    }
    for (; row < rows; ++row) {
      countRows<1>(a + row * stride, stride, panel, bytes / 8,
                   counts + row * kCountStride + column);
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

const GateKernel kGatesNeon{8 * kBlockWords,       pack,       count,      packGatesLoop<float>,
                            packGatesLoop<double>, scaleFloat, scaleDouble};

}  // namespace ntkit

#endif
