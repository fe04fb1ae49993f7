#include "secular_sums.hpp"

namespace ntkit {

SecularSums secularSumsPortable(const double* poles, const double* z, Index first, Index end,
                                double mu) {
  return secularSumsLoop(poles, z, first, end, mu);
}

}  // namespace ntkit
