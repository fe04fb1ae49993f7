#include "softmax.hpp"

#if defined(__x86_64__)

namespace ntkit {

[[gnu::target("avx512f,avx512vl,avx512dq,prefer-vector-width=512")]] float softmaxAvx512(
    float* scores, Index count, SoftmaxRow<float>& row) {
  return softmaxLoop<float, 64>(scores, count, row);
}

[[gnu::target("avx512f,avx512vl,avx512dq,prefer-vector-width=512")]] double softmaxAvx512(
    double* scores, Index count, SoftmaxRow<double>& row) {
  return softmaxLoop<double, 64>(scores, count, row);
}

}  // namespace ntkit

#endif
