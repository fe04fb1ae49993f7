// Training of the first layer by Adam on mini-batches, with coupled L2 (the gradient gains
// weightDecay * w, the gradient of weightDecay / 2 |W|^2).
//
// Units are cut into blocks of 128 rows of W. A step is one parallel loop over blocks: the gradient
// product of batch t, Adam on the block while it is hot, and the forward product of batch t + 1 on
// the updated block. The partial outputs of the blocks are added in order: the same bits at any
// thread count.
#pragma once

#include <vector>

#include "control.hpp"
#include "loss.hpp"
#include "matrix_view.hpp"
#include "memory.hpp"

namespace ntkit {

struct TrainOptions {
  Loss loss = Loss::kCrossEntropy;
  Index epochs = 500;
  Index batchSize = 128;
  double learningRate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weightDecay = 1e-3;
  std::uint64_t seed = 0;  // order of the batches
};

// X: n x d, Y: n x c, signs: m x c; weights (m x d) are updated in place. Returns the mean training
// loss of each epoch, without the regulariser, as met along the batches. Throws ERR_NOT_FINITE when
// it diverges.
template <class T>
std::vector<double> train(MatrixView<T> weights, ConstMatrixView<T> signs, ConstMatrixView<T> X,
                          ConstMatrixView<T> Y, const TrainOptions& options, Control& control);

// Adds what `train` takes beside its arguments.
template <class T>
void addTrainWorkspace(MemoryEstimate& estimate, Index n, Index width, Index inputs, Index outputs,
                       Index batchSize);

}  // namespace ntkit
