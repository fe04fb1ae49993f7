#include "intrinsics.hpp"
#include "softmax.hpp"

#if defined(__x86_64__)

namespace ntkit {

[[gnu::target(NTKIT_WIDE_AVX512)]] float softmaxAvx512(float* scores, Index count,
                                                       SoftmaxRow<float>& row) {
  return softmaxLoop<float, 64>(scores, count, row);
}

[[gnu::target(NTKIT_WIDE_AVX512)]] double softmaxAvx512(double* scores, Index count,
                                                        SoftmaxRow<double>& row) {
  return softmaxLoop<double, 64>(scores, count, row);
}

}  // namespace ntkit

#endif
