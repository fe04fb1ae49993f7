#include "softmax.hpp"

#if defined(__x86_64__)

namespace ntkit {

[[gnu::target("avx2")]] float softmaxAvx2(float* scores, Index count, SoftmaxRow<float>& row) {
  return softmaxLoop<float, 32>(scores, count, row);
}

[[gnu::target("avx2")]] double softmaxAvx2(double* scores, Index count, SoftmaxRow<double>& row) {
  return softmaxLoop<double, 32>(scores, count, row);
}

}  // namespace ntkit

#endif
