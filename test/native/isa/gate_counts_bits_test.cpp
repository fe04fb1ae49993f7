// The bits of shared gates, of packed gates and of scaled tiles: integers, and numbers of which
// each operation is rounded on its own. One line for every set.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "bits.hpp"
#include "check.hpp"
#include "gate_counts_sets.hpp"

namespace ntkit {
namespace {

using test::countsOf, test::drawn, test::gateSets, test::hashOf, test::randomGates, test::written;

std::uint64_t countHash(const GateKernel& kernel) {
  constexpr Index kRows = 13, kColumns = 191, kWords = 65;
  return hashOf(countsOf(
      kernel,
      {kRows, kColumns, kWords, randomGates(kRows, kWords, 1), randomGates(kColumns, kWords, 2)},
      7));
}

template <class T>
std::uint64_t gateHash(const GateKernel& kernel) {
  constexpr Index kUnits = 200;
  const std::vector<T> values = drawn<T>(kUnits, 3);
  std::vector<std::uint64_t> gates((kUnits + 63) / 64);
  kernel.packGates<T>()(values.data(), kUnits, gates.data());
  return hashOf(gates);
}

template <class T>
std::uint64_t scaleHash(const GateKernel& kernel, bool add) {
  const std::vector<std::uint64_t> words = randomGates(kGateTile, 1, 4);
  std::vector<std::uint16_t> counts;
  for (const std::uint64_t word : words) counts.push_back(static_cast<std::uint16_t>(word >> 48));
  const std::vector<T> in = drawn<T>(kGateTile, 5);
  std::vector<T> out = drawn<T>(kGateTile, 6);
  kernel.scale<T>()(counts.data(), T{1} / T{3}, add, in.data(), out.data(), kGateTile - 1);
  return hashOf(out);
}

// Of counts; of packed doubles and floats; of scaled doubles, written and added; of scaled floats.
using Hashes = std::array<std::uint64_t, 7>;

Hashes hashesOf(const GateKernel& kernel) {
  return {countHash(kernel),
          gateHash<double>(kernel),
          gateHash<float>(kernel),
          scaleHash<double>(kernel, false),
          scaleHash<double>(kernel, true),
          scaleHash<float>(kernel, false),
          scaleHash<float>(kernel, true)};
}

TEST(gatesHaveTheBitsThatAreWrittenDown) {
  constexpr Hashes kGolden{0x0b599924eccffdb8, 0xce45c4e52294249d, 0xce45c4e52294249d,
                           0xad22a5e1d4192471, 0x803304d0f863dcc5, 0xf9d9b2d07862ad25,
                           0xec9c117f7f414268};
  for (const auto& [name, kernel] : gateSets()) {
    CHECK_EQUAL(written(name, hashesOf(*kernel)), written(name, kGolden));
  }
}

}  // namespace
}  // namespace ntkit
