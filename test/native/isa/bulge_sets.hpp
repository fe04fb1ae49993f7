// The steps of bulge chasing that run here, and a block of a band to try them on.
#pragma once

#include <string>
#include <vector>

#include "bits.hpp"
#include "kernels/bulge.hpp"
#include "x86_sets.hpp"

namespace ntkit::test {

struct BulgeSet {
  std::string name;
  const BulgeKernels* kernels;
};

inline std::vector<BulgeSet> bulgeSets() {
  std::vector<BulgeSet> sets{{"portable", &kBulgesPortable}};
#if defined(__x86_64__) || defined(NTKIT_EMULATE_X86)
  if (runsAvx2()) sets.push_back({"avx2", &kBulgesAvx2});
  if (runsAvx512()) sets.push_back({"avx512", &kBulgesAvx512});
#endif
#if defined(__aarch64__)
  sets.push_back({"neon", &kBulgesNeon});
#endif
  return sets;
}

// Rows of E and D side by side, and a register of other numbers behind each.
template <Index kBand>
struct BulgeBlock {
  static constexpr Index kStride = 2 * kBand + 8;
  std::vector<double> rows = drawn<double>(kBand * kStride, 1);
  BandReflector<kBand> reflector, next{};

  BulgeBlock() {
    const auto numbers = drawn<double>(kBand, 2);
    std::copy(numbers.begin(), numbers.end(), reflector.v);
    reflector.v[kBand - 1] = 1;
    double squares = 0;
    for (const double element : reflector.v) squares += element * element;
    reflector.tau = 2 / squares;
  }

  double& E(Index i, Index j) { return rows[static_cast<std::size_t>(i * kStride + j)]; }
  double& D(Index i, Index j) { return E(i, kBand + j); }
  void chase(const BulgeKernels& kernels) {
    kernels.of<kBand>()(&D(0, 0), kStride, reflector, next);
  }
};

}  // namespace ntkit::test
