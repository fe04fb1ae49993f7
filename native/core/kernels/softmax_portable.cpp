#include "softmax.hpp"

namespace ntkit {

float softmaxPortable(float* scores, Index count, SoftmaxRow<float>& row) {
  return softmaxLoop<float, 16>(scores, count, row);
}

double softmaxPortable(double* scores, Index count, SoftmaxRow<double>& row) {
  return softmaxLoop<double, 16>(scores, count, row);
}

}  // namespace ntkit
