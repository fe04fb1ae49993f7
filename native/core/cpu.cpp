#include "cpu.hpp"

#include <cstdlib>
#include <string>
#include <vector>

namespace ntkit {
namespace {

// Every set that runs here, the best first.
std::vector<KernelSet> supportedSets() {
  std::vector<KernelSet> sets;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vpopcntdq")) {
    sets.push_back({"avx512", &kGatesAvx512, adamAvx512, adamAvx512, &kGramAvx512Float,
                    &kGramAvx512Double, softmaxAvx512, softmaxAvx512});
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    sets.push_back({"avx2", &kGatesAvx2, adamAvx2, adamAvx2, &kGramAvx2Float, &kGramAvx2Double,
                    softmaxAvx2, softmaxAvx2});
  }
#elif defined(__aarch64__)
  sets.push_back({"neon", &kGatesPortable, adamPortable, adamPortable, &kGramNeonFloat,
                  &kGramNeonDouble, softmaxPortable, softmaxPortable});
#endif
  sets.push_back({"portable", &kGatesPortable, adamPortable, adamPortable, &kGramPortableFloat,
                  &kGramPortableDouble, softmaxPortable, softmaxPortable});
  return sets;
}

KernelSet chooseSet() {
  const std::vector<KernelSet> sets = supportedSets();
  const char* const forced = std::getenv("NTKIT_ISA");
  for (const KernelSet& set : sets) {
    if (forced != nullptr && set.isa == forced) return set;
  }
  return sets.front();
}

}  // namespace

const KernelSet& kernels() {
  static const KernelSet chosen = chooseSet();
  return chosen;
}

}  // namespace ntkit
