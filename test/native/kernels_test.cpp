// The kernels of every instruction set that this CPU runs, against plain loops.
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "check.hpp"
#include "cpu.hpp"
#include "random.hpp"

namespace ntkit {
namespace {

struct InstructionSet {
  const char* name;
  bool runs;
  const GateKernel* gates;
  AdamUpdate<float> adamFloat;
  AdamUpdate<double> adamDouble;
};

std::vector<InstructionSet> instructionSets() {
  std::vector<InstructionSet> sets{{"portable", true, &kGatesPortable, adamPortable, adamPortable}};
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                      __builtin_cpu_supports("avx512dq");
  const bool counts = avx512 && __builtin_cpu_supports("avx512vpopcntdq");
  const bool avx2 = __builtin_cpu_supports("avx2");
  sets.push_back({"avx2", avx2, &kGatesAvx2, adamAvx2, adamAvx2});
  sets.push_back({"avx512", counts, &kGatesAvx512, adamAvx512, adamAvx512});
#endif
  return sets;
}

template <class T>
struct AdamState {
  std::vector<T> gradient, weight, first, second;

  explicit AdamState(Index count) {
    std::uint64_t stream = 0;
    for (std::vector<T>* part : {&gradient, &weight, &first, &second}) {
      part->resize(static_cast<std::size_t>(count));
      fillGaussian({3, stream++}, 0, 1, part->data(), count);
    }
    for (T& value : second) value *= value;
  }
};

template <class T>
constexpr AdamScalars<T> kScalars{T(0.9),  T(0.1),  T(0.999), T(0.001),
                                  T(2e-3), T(1.25), T(1e-8),  T(1e-3)};

template <class T>
bool sameBits(const std::vector<T>& a, const std::vector<T>& b) {
  return std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

template <class T>
void checkAdam(AdamUpdate<T> update, const char* name) {
  const AdamScalars<T>& s = kScalars<T>;
  for (const Index count : {Index{1}, Index{7}, Index{8}, Index{16}, Index{33}, Index{1000}}) {
    AdamState<T> actual(count), expected(count);
    update(s, actual.gradient.data(), actual.weight.data(), actual.first.data(),
           actual.second.data(), count);
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      // volatile: each operation is rounded on its own, whatever the compiler would fuse.
      volatile T decayed = s.decay * expected.weight[i];
      volatile T g = expected.gradient[i] + decayed;
      volatile T oldFirst = s.beta1 * expected.first[i], newFirst = s.rest1 * g;
      volatile T square = g * g;
      volatile T oldSecond = s.beta2 * expected.second[i], newSecond = s.rest2 * square;
      expected.first[i] = oldFirst + newFirst;
      expected.second[i] = oldSecond + newSecond;
      volatile T root = std::sqrt(expected.second[i]);
      volatile T corrected = root * s.correction;
      volatile T step = s.rate * expected.first[i];
      volatile T shift = step / (corrected + s.epsilon);
      expected.weight[i] -= shift;
    }
    const bool same = sameBits(actual.weight, expected.weight) &&
                      sameBits(actual.first, expected.first) &&
                      sameBits(actual.second, expected.second);
    CHECK_EQUAL(same ? "the same bits" : name, std::string("the same bits"));
  }
}

TEST(adamHasTheSameBitsOnEveryInstructionSet) {
  for (const InstructionSet& set : instructionSets()) {
    if (!set.runs) continue;
    checkAdam<float>(set.adamFloat, set.name);
    checkAdam<double>(set.adamDouble, set.name);
  }
}

TEST(theChosenSetIsOneThatRuns) {
  const KernelSet& chosen = kernels();
  bool found = false;
  for (const InstructionSet& set : instructionSets()) {
    if (set.runs && chosen.isa == set.name) found = chosen.gates == set.gates;
  }
  CHECK(found);
}

}  // namespace
}  // namespace ntkit
