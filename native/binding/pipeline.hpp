// What attacks and adversarial training share: the arguments of an attack and of what is attacked.
#pragma once

#include "../core/attack.hpp"
#include "operation.hpp"

namespace ntkit::binding {

Loss lossOf(const Request& request);

// {eps, alpha, epsUnits, scale?, steps, momentum?, randomStart, low, high,
// attackSeed}, for points of
// `inputs` pixels.
AttackOptions attackOptions(const Request& request, Index inputs);

// Pixels outside the box would be moved by the clipping, not by the attack. Compared in the
// precision of the pixels, which may not hold a bound exactly.
template <class T>
void requireInside(ConstMatrixView<T> pixels, double low, double high);

// Checks that network, context and targets fit the argument `points` and each other.
void requirePipelineShapes(const Request& request, std::string_view points);

Attending attendingOf(const Request& request);

// Rows of the context, or of the points that attend to themselves.
Index contextRows(const Request& request, std::string_view points);

// The parts of a pipeline, owned by the work: {weights, signs, context?, transductive, unitRows,
// loss}.
template <class T>
class OwnedPipeline {
 public:
  explicit OwnedPipeline(const Request& request);

  const Input<T>& weights() const { return weights_; }
  const Input<T>& signs() const { return signs_; }

  // Calls body(pipeline) with the context packed, which takes a fifth of the progress.
  template <class Body>
  void with(Control& control, const Body& body) const {
    Pipeline<T> pipeline{{weights_->view(), signs_->view()}, attending_, nullptr, unitRows_, loss_};
    if (attending_ != Attending::kContext) return body(pipeline);
    control.part(0, 0.2);
    const AttentionMap<T> context(context_->view(), control);
    pipeline.context = &context;
    control.part(0.2, 1);
    body(pipeline);
  }

 private:
  Input<T> weights_, signs_, context_;
  Attending attending_;
  bool unitRows_;
  Loss loss_;
};

}  // namespace ntkit::binding
