// Which instruction set is chosen.
#include <string>
#include <vector>

#include "check.hpp"
#include "cpu.hpp"

namespace ntkit {
namespace {

struct InstructionSet {
  const char* name;
  bool runs;
  const GateKernel* gates;
};

std::vector<InstructionSet> instructionSets() {
  std::vector<InstructionSet> sets{{"portable", true, &kGatesPortable}};
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                      __builtin_cpu_supports("avx512dq");
  const bool counts = avx512 && __builtin_cpu_supports("avx512vpopcntdq");
  const bool avx2 = __builtin_cpu_supports("avx2");
  sets.push_back({"avx2", avx2, &kGatesAvx2});
  sets.push_back({"avx512", counts, &kGatesAvx512});
#endif
  return sets;
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
