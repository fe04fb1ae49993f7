#include "adam.hpp"

#if defined(__x86_64__)

namespace ntkit {

[[gnu::target("avx512f,avx512vl,avx512dq,prefer-vector-width=512")]] void adamAvx512(
    const AdamScalars<float>& scalars, const float* gradient, float* weight, float* first,
    float* second, Index count) {
  adamLoop(scalars, gradient, weight, first, second, count);
}

[[gnu::target("avx512f,avx512vl,avx512dq,prefer-vector-width=512")]] void adamAvx512(
    const AdamScalars<double>& scalars, const double* gradient, double* weight, double* first,
    double* second, Index count) {
  adamLoop(scalars, gradient, weight, first, second, count);
}

}  // namespace ntkit

#endif
