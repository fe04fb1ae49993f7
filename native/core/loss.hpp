// Losses of one output row f against its target y, and their gradients.
//
//   cross-entropy   -sum_k y_k log softmax(f)_k        gradient  softmax(f) sum_k y_k - y
//   squared         1/2 |f - y|^2                      gradient  f - y
#pragma once

#include "matrix_view.hpp"

namespace ntkit {

enum class Loss { kCrossEntropy, kSquared };

// Overwrites f by scale * gradient and returns the loss. Arithmetic in double, exponents shifted by
// the largest output so that nothing overflows.
template <class T>
double lossGradient(Loss loss, T* f, const T* y, Index outputs, double scale);

}  // namespace ntkit
