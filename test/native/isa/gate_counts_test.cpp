// Shared gates, packed gates and scaled tiles on every instruction set that runs here, or is
// emulated, against plain loops.
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "bits.hpp"
#include "check.hpp"
#include "gate_counts_sets.hpp"

namespace ntkit {
namespace {

using test::Bits, test::countsOf, test::GateProblem, test::gateSets, test::randomGates;

// Counts that differ from plain loops; counts before are kStart, those of no column stay.
Index wrongCounts(const GateKernel& kernel, const GateProblem& problem) {
  constexpr std::uint16_t kStart = 7;
  const std::vector<std::uint16_t> counts = countsOf(kernel, problem, kStart);
  Index wrong = 0;
  for (Index i = 0; i < problem.rows; ++i) {
    for (Index j = 0; j < problem.columns; ++j) {
      const std::uint16_t count = counts[static_cast<std::size_t>(i * problem.columns + j)];
      wrong += count != problem.expected(i, j) + kStart;
    }
  }
  return wrong;
}

TEST(gateCountsAreExactAtEveryEdge) {
  for (const auto& [name, kernel] : gateSets()) {
    for (const Index words : {1, 2, 3, 4, 30, 31, 32, 63, 64, 65, 129}) {
      for (const Index rows : {1, 2, 3, 4, 5, 7, 13}) {
        for (const Index columns : {1, 7, 8, 9, 31, 32, 33, 64, 65, 129, 191, 192}) {
          if (words > 32 && columns % 32 == 1) continue;  // for the sake of emulators
          const GateProblem problem{rows, columns, words, randomGates(rows, words, 1),
                                    randomGates(columns, words, 2)};
          CHECK_EQUAL(wrongCounts(*kernel, problem) == 0 ? "exact" : name, std::string("exact"));
        }
      }
    }
    const GateProblem tile{kGateTile, kGateTile, 2, randomGates(kGateTile, 2, 3),
                           randomGates(kGateTile, 2, 4)};
    CHECK_EQUAL(wrongCounts(*kernel, tile), 0);
  }
}

// Every gate open: the sums within bytes are as large as they get.
TEST(gateCountsOfOpenGatesDoNotOverflow) {
  constexpr Index kWords = 200, kRows = 7, kColumns = 40;
  const auto open = [](Index points) {
    return std::vector<std::uint64_t>(static_cast<std::size_t>(points * kWords + kGateSlack / 8),
                                      ~std::uint64_t{0});
  };
  for (const auto& [name, kernel] : gateSets()) {
    CHECK_EQUAL(wrongCounts(*kernel, {kRows, kColumns, kWords, open(kRows), open(kColumns)}), 0);
  }
}

template <class T>
Index wrongGates(const GateKernel& kernel, Index units) {
  // Both zeros are shut, the smallest positive number is open.
  const T values[] = {T{1},
                      T{-1},
                      T{0},
                      -T{0},
                      std::numeric_limits<T>::denorm_min(),
                      -std::numeric_limits<T>::denorm_min(),
                      T{2}};
  std::vector<T> p(static_cast<std::size_t>(units));
  Bits bits(static_cast<std::uint64_t>(units));
  for (T& value : p) value = values[bits() % std::size(values)];
  const Index words = (units + 63) / 64;
  std::vector<std::uint64_t> gates(static_cast<std::size_t>(words), ~std::uint64_t{0});
  kernel.packGates<T>()(p.data(), units, gates.data());
  Index wrong = 0;
  for (Index r = 0; r < 64 * words; ++r) {
    const bool open = (gates[static_cast<std::size_t>(r / 64)] >> (r % 64) & 1) != 0;
    wrong += open != (r < units && p[static_cast<std::size_t>(r)] > 0);
  }
  return wrong;
}

TEST(gatesAreOpenAboveZeroAlone) {
  for (const auto& [name, kernel] : gateSets()) {
    for (const Index units : {1, 7, 63, 64, 65, 127, 128, 192, 200}) {
      CHECK_EQUAL(wrongGates<float>(*kernel, units), 0);
      CHECK_EQUAL(wrongGates<double>(*kernel, units), 0);
    }
  }
}

template <class T>
void checkScale(const GateKernel& kernel, const std::string& name) {
  constexpr T kFactor = T{1} / T{3};
  for (const Index columns : {1, 3, 8, 15, 16, 33, 192}) {
    for (const bool add : {false, true}) {
      std::vector<std::uint16_t> counts;
      std::vector<T> in, out, expected;
      for (Index j = 0; j < columns; ++j) {
        counts.push_back(static_cast<std::uint16_t>(j == 0 ? 65535 : 37 * j));
        in.push_back(T(0.3) * static_cast<T>(j) - T{5});
        out.push_back(static_cast<T>(j) / T{7});
        // volatile: each operation is rounded on its own, whatever the compiler would fuse.
        volatile T weight = static_cast<T>(counts.back()) * kFactor;
        volatile T product = in.back() * weight;
        volatile T own = out.back() * kFactor;
        expected.push_back(add ? own + product : product);
      }
      kernel.scale<T>()(counts.data(), kFactor, add, in.data(), out.data(), columns);
      const bool same = std::memcmp(out.data(), expected.data(), out.size() * sizeof(T)) == 0;
      CHECK_EQUAL(same ? "the same bits" : name, std::string("the same bits"));
      if (add) continue;
      kernel.scale<T>()(counts.data(), kFactor, add, in.data(), in.data(), columns);
      CHECK_EQUAL(std::memcmp(in.data(), expected.data(), in.size() * sizeof(T)), 0);
    }
  }
}

TEST(tilesAreScaledWithTheSameBitsOnEveryInstructionSet) {
  for (const auto& [name, kernel] : gateSets()) {
    checkScale<float>(*kernel, name);
    checkScale<double>(*kernel, name);
  }
}

}  // namespace
}  // namespace ntkit
