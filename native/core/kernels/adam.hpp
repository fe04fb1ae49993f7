// One update of Adam on a run of weights, with coupled L2:
//
//   g <- gradient + decay w;  m <- beta1 m + (1 - beta1) g;  v <- beta2 v + (1 - beta2) g^2
//   w <- w - rate m / (sqrt(v) correction + epsilon)
//
// rate = learningRate / (1 - beta1^t) and correction = 1 / sqrt(1 - beta2^t) carry the bias
// corrections. Each element takes correctly rounded operations in this order and no fused ones:
// every instruction set gives the same bits. All arrays are contiguous and do not overlap.
#pragma once

#include <cmath>

#include "../matrix_view.hpp"

namespace ntkit {

template <class T>
struct AdamScalars {
  T beta1, rest1, beta2, rest2, rate, correction, epsilon, decay;
};

template <class T>
using AdamUpdate = void (*)(const AdamScalars<T>& scalars, const T* gradient, T* weight, T* first,
                            T* second, Index count);

// The loop itself, inlined into one function an instruction set, where the compiler vectorises it.
template <class T>
[[gnu::always_inline]] inline void adamLoop(const AdamScalars<T>& s, const T* __restrict gradient,
                                            T* __restrict weight, T* __restrict first,
                                            T* __restrict second, Index count) {
  for (Index i = 0; i < count; ++i) {
    const T g = gradient[i] + s.decay * weight[i];
    const T m = s.beta1 * first[i] + s.rest1 * g;
    const T v = s.beta2 * second[i] + s.rest2 * (g * g);
    first[i] = m;
    second[i] = v;
    weight[i] -= s.rate * m / (std::sqrt(v) * s.correction + s.epsilon);
  }
}

#define NTKIT_DECLARE_ADAM(name)                                                     \
  void name(const AdamScalars<float>&, const float*, float*, float*, float*, Index); \
  void name(const AdamScalars<double>&, const double*, double*, double*, double*, Index)

NTKIT_DECLARE_ADAM(adamPortable);
#if defined(__x86_64__)
NTKIT_DECLARE_ADAM(adamAvx2);
NTKIT_DECLARE_ADAM(adamAvx512);
#endif

#undef NTKIT_DECLARE_ADAM

}  // namespace ntkit
