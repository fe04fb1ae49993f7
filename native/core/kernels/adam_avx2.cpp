#include "adam.hpp"

#if defined(__x86_64__)

namespace ntkit {

[[gnu::target("avx2")]] void adamAvx2(const AdamScalars<float>& scalars, const float* gradient,
                                      float* weight, float* first, float* second, Index count) {
  adamLoop(scalars, gradient, weight, first, second, count);
}

[[gnu::target("avx2")]] void adamAvx2(const AdamScalars<double>& scalars, const double* gradient,
                                      double* weight, double* first, double* second, Index count) {
  adamLoop(scalars, gradient, weight, first, second, count);
}

}  // namespace ntkit

#endif
