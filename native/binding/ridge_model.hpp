// A fitted regression: what `ridgeFit` returns a handle of. Immutable but for the inverse's
// diagonal, which the first leave-one-out computes.
#pragma once

#include <chrono>
#include <mutex>

#include "../core/ridge.hpp"
#include "handle.hpp"
#include "request.hpp"

namespace ntkit::binding {

class RidgeModel {
 public:
  RidgeModel(OwnedMatrix<double> K, ConstMatrixView<double> Y, double ridge,
             FactorPrecision precision, Control& control)
      : factor_(std::move(K), ridge, precision, control) {
    control.part(0.9, 1);
    solution_ = factor_.solve(Y, control);
  }

  const RidgeFactor& factor() const { return factor_; }
  const RidgeSolution& solution() const { return solution_; }
  ConstMatrixView<double> alpha() const { return solution_.alpha.view(); }

  const double* inverseDiagonal(Control& control) {
    // Not std::call_once: an exception that leaves it (an abort) crosses libc's pthread_once, whose
    // unwinder is not the one linked into the addon.
    std::unique_lock lock(inverseDiagonalMutex_, std::defer_lock);
    while (!lock.try_lock_for(std::chrono::milliseconds(20))) control.checkpoint();
    if (h_.size() == 0) h_ = factor_.inverseDiagonal(control);
    return h_.data();
  }

 private:
  RidgeFactor factor_;
  RidgeSolution solution_{};
  std::timed_mutex inverseDiagonalMutex_;
  Buffer<double> h_;
};

inline constexpr napi_type_tag kRidgeTag{0x6e746b69742d7269ULL, 0x6467652d666163ULL};

inline std::shared_ptr<RidgeModel> ridgeModelOf(const Request& request) {
  return fromHandle<RidgeModel>(request.get("model"), kRidgeTag, "model");
}

// What leaves points out needs the inverse's diagonal to float64, which a float32 factor does not
// give.
inline std::shared_ptr<RidgeModel> float64ModelOf(const Request& request,
                                                  const std::string& operation) {
  const auto model = ridgeModelOf(request);
  if (model->factor().precision() == FactorPrecision::kFloat64) return model;
  throw Error(ErrorCode::kInvalidArgument, "Expected a model fitted with factor 'float64' for " +
                                               operation + " but received one with 'float32'");
}

}  // namespace ntkit::binding
