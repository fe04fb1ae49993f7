#include "secular_sums.hpp"

#if defined(__x86_64__)

namespace ntkit {

[[gnu::target("avx2")]] SecularSums secularSumsAvx2(const double* poles, const double* z,
                                                    Index first, Index end, double mu) {
  return secularSumsLoop(poles, z, first, end, mu);
}

}  // namespace ntkit

#endif
