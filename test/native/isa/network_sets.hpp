// What the tests of the kernels of training and attacks share: the sets that run here, and the
// constants of an update.
#pragma once

#include <string>
#include <vector>

#include "kernels/network_kernels.hpp"
#include "x86_sets.hpp"

namespace ntkit::test {

struct NetworkSet {
  std::string name;
  bool fuses;
  const NetworkKernels<float>* single;
  const NetworkKernels<double>* twice;

  template <class T>
  const NetworkKernels<T>& kernels() const {
    if constexpr (sizeof(T) == sizeof(float)) {
      return *single;
    } else {
      return *twice;
    }
  }
};

inline std::vector<NetworkSet> networkSets() {
  std::vector<NetworkSet> sets{
      {"portable", false, &kNetworkPortableFloat, &kNetworkPortableDouble}};
#if defined(__x86_64__) || defined(NTKIT_EMULATE_X86)
  if (runsAvx2()) sets.push_back({"avx2", true, &kNetworkAvx2Float, &kNetworkAvx2Double});
  if (runsAvx512()) sets.push_back({"avx512", true, &kNetworkAvx512Float, &kNetworkAvx512Double});
#elif defined(__aarch64__)
  sets.push_back({"neon", true, &kNetworkNeonFloat, &kNetworkNeonDouble});
#endif
  return sets;
}

template <class T>
constexpr UpdateScalars<T> kScalars{T(2e-3),  T(1e-3),  T(3e-3), T(0.9), T(0.1),
                                    T(0.999), T(0.001), T(1.25), T(1e-8)};

}  // namespace ntkit::test
