#include "adam.hpp"

namespace ntkit {

void adamPortable(const AdamScalars<float>& scalars, const float* gradient, float* weight,
                  float* first, float* second, Index count) {
  adamLoop(scalars, gradient, weight, first, second, count);
}

void adamPortable(const AdamScalars<double>& scalars, const double* gradient, double* weight,
                  double* first, double* second, Index count) {
  adamLoop(scalars, gradient, weight, first, second, count);
}

}  // namespace ntkit
