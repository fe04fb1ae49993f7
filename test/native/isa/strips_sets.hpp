// The sets of the loops of triangular work that run here.
#pragma once

#include <string>
#include <vector>

#include "kernels/strips.hpp"
#include "x86_sets.hpp"

namespace ntkit::test {

struct StripSet {
  std::string name;
  const StripKernels* kernels;
};

inline std::vector<StripSet> stripSets() {
  std::vector<StripSet> sets{{"portable", &kStripsPortable}};
#if defined(__x86_64__) || defined(NTKIT_EMULATE_X86)
  if (runsAvx2()) sets.push_back({"avx2", &kStripsAvx2});
  if (runsAvx512()) sets.push_back({"avx512", &kStripsAvx512});
#elif defined(__aarch64__)
  sets.push_back({"neon", &kStripsNeon});
#endif
  return sets;
}

}  // namespace ntkit::test
