#include "intrinsics.hpp"
#include "secular_sums.hpp"

#if defined(__x86_64__)

namespace ntkit {

[[gnu::target(NTKIT_WIDE_AVX512)]] SecularSums secularSumsAvx512(const double* poles,
                                                                 const double* z, Index first,
                                                                 Index end, double mu) {
  return secularSumsLoop(poles, z, first, end, mu);
}

}  // namespace ntkit

#endif
