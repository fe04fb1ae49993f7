// Training of the first layer on batches: Adam or plain gradient descent, with L2 decay.
//
// Units are cut into blocks of 64 rows of W, inputs into blocks of about 128 columns. A step is one
// round over the blocks of units; each goes through its columns once: the gradient product of batch
// t into the cache, the update of W, M and V there, and the forward product of batch t + 1 on the
// fresh weights, so that W, M and V are touched once a step. The partial outputs of the blocks are
// added in order, and every sum runs over ascending indices: the same bits at any thread count.
//
// A batch is packed into panels (panels.hpp) twice, for either product, while the step before it
// runs. W is read where it lies.
#pragma once

#include <functional>
#include <vector>

#include "control.hpp"
#include "loss.hpp"
#include "matrix_view.hpp"
#include "memory.hpp"

namespace ntkit {

enum class Optimizer { kAdam, kSgd };
// The decay's pull enters the gradient, before Adam's moments see it, or moves the weight itself.
enum class Decay { kCoupled, kDecoupled };
enum class DecayTowards { kZero, kStart };
// The rate of step t of T: constant, or (1 + cos(pi t / T)) / 2 of it.
enum class Schedule { kConstant, kCosine };

struct TrainOptions {
  Loss loss = Loss::kCrossEntropy;
  Optimizer optimizer = Optimizer::kAdam;
  Index epochs = 500;
  Index batchSize = 128;  // n or more: all points in every step, in their own order
  double learningRate = 1e-3;
  Schedule schedule = Schedule::kConstant;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weightDecay = 1e-3;
  Decay decay = Decay::kCoupled;
  DecayTowards decayTowards = DecayTowards::kZero;
  std::uint64_t seed = 0;  // order of the batches
};

// Where the weights are kept after `epoch` epochs.
template <class T>
struct Snapshot {
  Index epoch;
  MatrixView<T> weights;
};

// What a step trains on when it is not the points themselves: count x d rows in place of the points
// `rows`, made with the weights as they are before the step, the `firstPoint`-th drawn since the
// start and those after it.
template <class T>
using BatchMaker = std::function<ConstMatrixView<T>(const std::int32_t* rows, Index count,
                                                    std::uint64_t firstPoint)>;

template <class T>
struct Training {
  ConstMatrixView<T> start;  // weights before, m x d
  ConstMatrixView<T> signs;  // m x c
  ConstMatrixView<T> X;      // n x d
  ConstMatrixView<T> Y;      // n x c
  MatrixView<T> weights;     // weights after; no overlap with start
  std::vector<Snapshot<T>> snapshots;
  BatchMaker<T> makeBatch;  // optional
  // Where Adam keeps its first moments over its second, 2m x d; without it in memory of its own.
  MatrixView<T> moments{};
  // Epochs that an earlier call has done: then `weights` and `moments` hold what it left there.
  Index from = 0;
};

// Trains from epoch `from` to the last, or to the end of the epoch in which the control is paused,
// at least one: going on from there gives the bits of a training that was not paused. Returns the
// mean training loss of each epoch done, without the regulariser, as met along the batches. Throws
// ERR_NOT_FINITE when it diverges.
template <class T>
std::vector<double> train(const Training<T>& training, const TrainOptions& options,
                          Control& control);

// Adds what `train` takes beside its arguments.
template <class T>
void addTrainWorkspace(MemoryEstimate& estimate, Index n, Index width, Index inputs, Index outputs,
                       const TrainOptions& options);

}  // namespace ntkit
