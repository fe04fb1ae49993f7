#include "loss.hpp"

#include <cmath>

namespace ntkit {

template <class T>
double lossGradient(Loss loss, T* f, const T* y, Index outputs, double scale) {
  double value = 0;
  if (loss == Loss::kSquared) {
    for (Index k = 0; k < outputs; ++k) {
      const double residual = static_cast<double>(f[k]) - static_cast<double>(y[k]);
      value += 0.5 * residual * residual;
      f[k] = static_cast<T>(scale * residual);
    }
    return value;
  }
  const double shift = static_cast<double>(*std::max_element(f, f + outputs));
  double total = 0, mass = 0;
  for (Index k = 0; k < outputs; ++k) {
    total += std::exp(static_cast<double>(f[k]) - shift);
    mass += static_cast<double>(y[k]);
  }
  const double logTotal = std::log(total);
  for (Index k = 0; k < outputs; ++k) {
    const double logProbability = static_cast<double>(f[k]) - shift - logTotal;
    const double target = static_cast<double>(y[k]);
    if (target != 0) value -= target * logProbability;
    f[k] = static_cast<T>(scale * (mass * std::exp(logProbability) - target));
  }
  return value;
}

template double lossGradient(Loss, double*, const double*, Index, double);
template double lossGradient(Loss, float*, const float*, Index, double);

}  // namespace ntkit
