#include "influence.hpp"

#include <limits>

#include "parallel.hpp"
#include "rows.hpp"

namespace ntkit {
namespace {

Index largest(const double* values, Index count) {
  return std::max_element(values, values + count) - values;
}

// margin(f + shift * direction) for the class y.
double margin(const double* f, const double* direction, double shift, Index outputs, Index y,
              double sign) {
  if (outputs == 1) return sign * (f[0] + shift * direction[0]);
  double rival = -std::numeric_limits<double>::infinity();
  for (Index k = 0; k < outputs; ++k) {
    if (k != y) rival = std::max(rival, f[k] + shift * direction[k]);
  }
  return f[y] + shift * direction[y] - rival;
}

}  // namespace

void influence(InfluenceTarget target, MatrixView<double> P, const double* h,
               ConstMatrixView<double> alpha, ConstMatrixView<double> predictions,
               ConstMatrixView<double> targets, Control& control) {
  constexpr Index kRowBlock = 16;
  const Index n = P.cols, outputs = alpha.cols;
  Buffer<double> alphaNorm2(n);
  for (Index i = 0; i < n; ++i) alphaNorm2[i] = dot(alpha.row(i), alpha.row(i), outputs);

  parallelBlocks(control, P.rows, kRowBlock, [&](Index first, Index count) {
    Buffer<double> residual(outputs);
    for (Index t = first; t < first + count; ++t) {
      const double* const f = predictions.row(t);
      const double* const y = targets.row(t);
      const Index label = largest(y, outputs);
      for (Index k = 0; k < outputs; ++k) residual[k] = f[k] - y[k];
      double* const scores = P.row(t);
      for (Index i = 0; i < n; ++i) {
        const double r = scores[i] / h[i];
        const double* const a = alpha.row(i);
        switch (target) {
          case InfluenceTarget::kLoss:
            scores[i] = -r * dot(residual.data(), a, outputs) + 0.5 * r * r * alphaNorm2[i];
            break;
          case InfluenceTarget::kMargin:
            scores[i] =
                margin(f, a, 0, outputs, label, y[0]) - margin(f, a, -r, outputs, label, y[0]);
            break;
          case InfluenceTarget::kPrediction:
            scores[i] = r * a[label];
            break;
        }
      }
    }
  });
}

}  // namespace ntkit
