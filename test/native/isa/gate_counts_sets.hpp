// What the tests of shared gates share: the sets that run here, and their inputs.
#pragma once

#include <algorithm>
#include <bit>
#include <string>
#include <vector>

#include "bits.hpp"
#include "kernels/gate_counts.hpp"
#include "x86_sets.hpp"

namespace ntkit::test {

struct GateSet {
  std::string name;
  const GateKernel* kernel;
};

inline std::vector<GateSet> gateSets() {
  std::vector<GateSet> sets{{"portable", &kGatesPortable}};
#if defined(__x86_64__) || defined(NTKIT_EMULATE_X86)
  if (runsAvx2()) sets.push_back({"avx2", &kGatesAvx2});
  if (runsAvx512Counts()) sets.push_back({"avx512", &kGatesAvx512});
#elif defined(__aarch64__)
  sets.push_back({"neon", &kGatesNeon});
#endif
  return sets;
}

inline std::vector<std::uint64_t> randomGates(Index points, Index words, std::uint64_t seed) {
  Bits bits(seed);
  std::vector<std::uint64_t> gates(static_cast<std::size_t>(points * words + kGateSlack / 8));
  for (std::uint64_t& word : gates) word = bits();
  return gates;
}

struct GateProblem {
  Index rows, columns, words;
  std::vector<std::uint64_t> a, b;

  int expected(Index i, Index j) const {
    int shared = 0;
    for (Index w = 0; w < words; ++w) {
      shared += std::popcount(a[static_cast<std::size_t>(i * words + w)] &
                              b[static_cast<std::size_t>(j * words + w)]);
    }
    return shared;
  }
};

// The counts of the problem, row by row, added to `start`.
inline std::vector<std::uint16_t> countsOf(const GateKernel& kernel, const GateProblem& problem,
                                           std::uint16_t start) {
  const Index stride = 8 * problem.words;
  Buffer<std::uint8_t> panel(kMaxPanelBytes);
  Buffer<std::uint16_t> tile(problem.rows * kCountStride);
  tile.fill(start);
  const auto* const a = reinterpret_cast<const std::uint8_t*>(problem.a.data());
  const auto* const b = reinterpret_cast<const std::uint8_t*>(problem.b.data());
  for (Index byte = 0; byte < stride; byte += kernel.blockBytes) {
    const Index bytes = std::min(kernel.blockBytes, stride - byte);
    kernel.pack(b + byte, stride, problem.columns, bytes, panel.data());
    kernel.count(a + byte, stride, problem.rows, panel.data(), problem.columns, bytes, tile.data(),
                 {});
  }
  std::vector<std::uint16_t> counts;
  for (Index i = 0; i < problem.rows; ++i) {
    const std::uint16_t* const row = tile.data() + i * kCountStride;
    counts.insert(counts.end(), row, row + problem.columns);
  }
  return counts;
}

}  // namespace ntkit::test
