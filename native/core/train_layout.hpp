// What a training is cut into, by its shape alone, and the scalars of each of its steps.
#pragma once

#include <cmath>
#include <numbers>

#include "cpu.hpp"
#include "panels.hpp"
#include "train.hpp"

namespace ntkit {

// Units and columns of a block: its weights, moments and gradient stay in the L2 cache.
inline constexpr Index kBlockUnits = 64;
inline constexpr Index kColumnBlock = 128;

// The scalars of a step: learning rate by the schedule, running powers of Adam's decay rates
// (Kingma & Ba, 2015) for its bias corrections.
class StepScalars {
 public:
  // Those of the steps that follow the first `behind` of all `steps`. The powers are multiplied up
  // again, as the steps behind did it: the same bits.
  StepScalars(const TrainOptions& options, Index steps, Index behind)
      : options_(options), steps_(steps) {
    while (step_ < behind) advance();
  }

  template <class T>
  UpdateScalars<T> next() {
    const double share = static_cast<double>(step_) / static_cast<double>(steps_);
    advance();
    const double rate =
        options_.schedule == Schedule::kConstant
            ? options_.learningRate
            : options_.learningRate * (0.5 * (1 + std::cos(std::numbers::pi * share)));
    const bool adam = options_.optimizer == Optimizer::kAdam;
    const bool coupled = options_.decay == Decay::kCoupled;
    return {static_cast<T>(adam ? rate / (1 - power1_) : rate),
            static_cast<T>(coupled ? options_.weightDecay : 0),
            static_cast<T>(coupled ? 0 : rate * options_.weightDecay),
            static_cast<T>(options_.beta1),
            static_cast<T>(1 - options_.beta1),
            static_cast<T>(options_.beta2),
            static_cast<T>(1 - options_.beta2),
            static_cast<T>(1 / std::sqrt(1 - power2_)),
            static_cast<T>(options_.epsilon)};
  }

 private:
  void advance() {
    power1_ *= options_.beta1;
    power2_ *= options_.beta2;
    ++step_;
  }

  const TrainOptions& options_;
  Index steps_, step_ = 0;
  double power1_ = 1, power2_ = 1;
};

// How the problem is cut, by its shape alone.
struct Layout {
  Index n, width, inputs, outputs;
  Index batch;    // points of a step
  Index lanes;    // of a panel
  Index stride;   // between the rows of a block of activations
  Index blocks;   // of units
  Index columns;  // inputs of a column block
  bool whole;     // every step takes all points

  template <class T>
  static Layout of(Index n, Index width, Index inputs, Index outputs, Index batchSize) {
    const Index lanes = kernels().network<T>().lanes;
    const Index batch = std::min(batchSize, n);
    // An odd number of panels a row, so that a column of them does not fall on one set of the
    // cache.
    const Index panels = blockCount(batch, lanes) | 1;
    const Index balanced = blockCount(inputs, blockCount(inputs, kColumnBlock));
    return {n,
            width,
            inputs,
            outputs,
            batch,
            lanes,
            panels * lanes,
            blockCount(width, kBlockUnits),
            blockCount(balanced, lanes) * lanes,
            batchSize >= n};
  }

  Index stepsPerEpoch() const { return blockCount(n, batch); }
  // Panels of this batch and the next; of all points once.
  Index slots() const { return whole ? 1 : 2; }
};

}  // namespace ntkit
