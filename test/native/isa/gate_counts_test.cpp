// Shared gates, packed gates and scaled tiles on every instruction set that runs here, or is
// emulated, against plain loops.
#include "kernels/gate_counts.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "check.hpp"

namespace ntkit {
namespace {

struct NamedKernel {
  const char* name;
  const GateKernel* kernel;
};

std::vector<NamedKernel> kernelsHere() {
  std::vector<NamedKernel> all{{"portable", &kGatesPortable}};
#if defined(NTKIT_EMULATE_X86)
  all.push_back({"avx2", &kGatesAvx2});
  all.push_back({"avx512", &kGatesAvx512});
#elif defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2")) all.push_back({"avx2", &kGatesAvx2});
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vpopcntdq")) {
    all.push_back({"avx512", &kGatesAvx512});
  }
#elif defined(__aarch64__)
  all.push_back({"neon", &kGatesNeon});
#endif
  return all;
}

// A full-period generator, of which the high bits are used.
class Bits {
 public:
  explicit Bits(std::uint64_t seed) : state_(seed) {}
  std::uint64_t operator()() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return (state_ >> 32) << 32 | (state_ * 3935559000370003845U >> 32);
  }

 private:
  std::uint64_t state_;
};

std::vector<std::uint64_t> randomGates(Index points, Index words, std::uint64_t seed) {
  Bits bits(seed);
  std::vector<std::uint64_t> gates(static_cast<std::size_t>(points * words + kGateSlack / 8));
  for (std::uint64_t& word : gates) word = bits();
  return gates;
}

struct Problem {
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

// Counts that differ from plain loops; counts before are kStart, those of no column stay.
Index wrongCounts(const GateKernel& kernel, const Problem& problem) {
  constexpr std::uint16_t kStart = 7;
  const Index stride = 8 * problem.words;
  Buffer<std::uint8_t> panel(kMaxPanelBytes);
  Buffer<std::uint16_t> counts(problem.rows * kCountStride);
  counts.fill(kStart);
  const auto* const a = reinterpret_cast<const std::uint8_t*>(problem.a.data());
  const auto* const b = reinterpret_cast<const std::uint8_t*>(problem.b.data());
  for (Index byte = 0; byte < stride; byte += kernel.blockBytes) {
    const Index bytes = std::min(kernel.blockBytes, stride - byte);
    kernel.pack(b + byte, stride, problem.columns, bytes, panel.data());
    kernel.count(a + byte, stride, problem.rows, panel.data(), problem.columns, bytes,
                 counts.data());
  }
  Index wrong = 0;
  for (Index i = 0; i < problem.rows; ++i) {
    for (Index j = 0; j < problem.columns; ++j) {
      wrong += counts[i * kCountStride + j] != problem.expected(i, j) + kStart;
    }
  }
  return wrong;
}

TEST(gateCountsAreExactAtEveryEdge) {
  for (const auto& [name, kernel] : kernelsHere()) {
    for (const Index words : {1, 2, 3, 4, 30, 31, 32, 63, 64, 65, 129}) {
      for (const Index rows : {1, 2, 3, 4, 5, 7, 13}) {
        for (const Index columns : {1, 7, 8, 9, 31, 32, 33, 64, 65, 129, 191, 192}) {
          if (words > 32 && columns % 32 == 1) continue;  // for the sake of emulators
          const Problem problem{rows, columns, words, randomGates(rows, words, 1),
                                randomGates(columns, words, 2)};
          CHECK_EQUAL(wrongCounts(*kernel, problem) == 0 ? "exact" : name, std::string("exact"));
        }
      }
    }
    const Problem tile{kGateTile, kGateTile, 2, randomGates(kGateTile, 2, 3),
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
  for (const auto& [name, kernel] : kernelsHere()) {
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
  for (const auto& [name, kernel] : kernelsHere()) {
    for (const Index units : {1, 7, 63, 64, 65, 127, 128, 192, 200}) {
      CHECK_EQUAL(wrongGates<float>(*kernel, units), 0);
      CHECK_EQUAL(wrongGates<double>(*kernel, units), 0);
    }
  }
}

template <class T>
void checkScale(const GateKernel& kernel, const char* name) {
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
  for (const auto& [name, kernel] : kernelsHere()) {
    checkScale<float>(*kernel, name);
    checkScale<double>(*kernel, name);
  }
}

}  // namespace
}  // namespace ntkit
