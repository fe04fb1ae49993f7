// What the secular equation of divide and conquer is made of, at a point mu between poles:
//
//   value = sum_j z_j^2 / (p_j - mu),  slope = sum_j (z_j / (p_j - mu))^2,  j = first ... end - 1
//
// poles: p, counted from an origin near mu, so that p_j - mu is exact to a rounding. Bound by the
// divisions, of which a vector does eight at the price of one or two.
//
// Eight lanes on every instruction set, added in a fixed order, no fused operations: the same bits
// everywhere. The error of a sum is below (count / 8 + 8) eps times the sum, whose terms all have
// one sign on either side of mu.
#pragma once

#include <cstring>

#include "../matrix_view.hpp"

namespace ntkit {

struct SecularSums {
  double value, slope;
};

using SecularSum = SecularSums (*)(const double* poles, const double* z, Index first, Index end,
                                   double mu);

SecularSums secularSumsPortable(const double*, const double*, Index, Index, double);
#if defined(__x86_64__)
SecularSums secularSumsAvx2(const double*, const double*, Index, Index, double);
SecularSums secularSumsAvx512(const double*, const double*, Index, Index, double);
#endif

// The loop itself, inlined into one function an instruction set.
[[gnu::always_inline]] inline SecularSums secularSumsLoop(const double* poles, const double* z,
                                                          Index first, Index end, double mu) {
  typedef double Lanes __attribute__((vector_size(64)));
  constexpr Index kLanes = 8;
  Lanes values{}, slopes{};
  Index j = first;
  for (; j + kLanes <= end; j += kLanes) {
    Lanes pole, weight;
    std::memcpy(&pole, poles + j, sizeof(Lanes));
    std::memcpy(&weight, z + j, sizeof(Lanes));
    const Lanes ratio = weight / (pole - mu);
    values += weight * ratio;
    slopes += ratio * ratio;
  }
  const auto total = [](const Lanes& x) {
    return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
  };
  SecularSums sums{total(values), total(slopes)};
  for (; j < end; ++j) {
    const double ratio = z[j] / (poles[j] - mu);
    sums.value += z[j] * ratio;
    sums.slope += ratio * ratio;
  }
  return sums;
}

}  // namespace ntkit
