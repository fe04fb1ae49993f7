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
    sets.push_back({
        .isa = "avx512",
        .gates = &kGatesAvx512,
        .inSingle = {&kGramAvx512Float, &kNetworkAvx512Float, softmaxAvx512},
        .inDouble = {&kGramAvx512Double, &kNetworkAvx512Double, softmaxAvx512},
        .symmetricRows = symmetricRowsAvx2,
        .symmetricBlock = symmetricBlockAvx512,
        .secularSums = secularSumsAvx512,
        .strips = &kStripsAvx512,
        .bulges = &kBulgesAvx512,
    });
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    sets.push_back({
        .isa = "avx2",
        .gates = &kGatesAvx2,
        .inSingle = {&kGramAvx2Float, &kNetworkAvx2Float, softmaxAvx2},
        .inDouble = {&kGramAvx2Double, &kNetworkAvx2Double, softmaxAvx2},
        .symmetricRows = symmetricRowsAvx2,
        .symmetricBlock = symmetricBlockAvx2,
        .secularSums = secularSumsAvx2,
        .strips = &kStripsAvx2,
        .bulges = &kBulgesAvx2,
    });
  }
#elif defined(__aarch64__)
  // Every processor of this architecture has NEON.
  sets.push_back({
      .isa = "neon",
      .gates = &kGatesNeon,
      .inSingle = {&kGramNeonFloat, &kNetworkNeonFloat, softmaxPortable},
      .inDouble = {&kGramNeonDouble, &kNetworkNeonDouble, softmaxPortable},
      .symmetricRows = symmetricRowsPortable,
      .symmetricBlock = symmetricBlockPortable,
      .secularSums = secularSumsPortable,
      .strips = &kStripsNeon,
      .bulges = &kBulgesNeon,
  });
#endif
  sets.push_back({
      .isa = "portable",
      .gates = &kGatesPortable,
      .inSingle = {&kGramPortableFloat, &kNetworkPortableFloat, softmaxPortable},
      .inDouble = {&kGramPortableDouble, &kNetworkPortableDouble, softmaxPortable},
      .symmetricRows = symmetricRowsPortable,
      .symmetricBlock = symmetricBlockPortable,
      .secularSums = secularSumsPortable,
      .strips = &kStripsPortable,
      .bulges = &kBulgesPortable,
  });
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
