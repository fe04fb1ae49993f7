#include "train.hpp"

#include <cmath>

#include "blas.hpp"
#include "cpu.hpp"
#include "parallel.hpp"
#include "random.hpp"
#include "rows.hpp"

namespace ntkit {
namespace {

using blas::Op;

constexpr Index kUnitBlock = 128;
// Below this width a step is shorter than handing it out: the whole training takes one thread.
constexpr Index kSerialWidth = 256;

// Running powers of Adam's decay rates (Kingma & Ba, 2015): the bias corrections of a step.
class AdamStep {
 public:
  explicit AdamStep(const TrainOptions& options) : options_(options) {}

  void next() {
    power1_ *= options_.beta1;
    power2_ *= options_.beta2;
  }

  template <class T>
  AdamScalars<T> scalars() const {
    return {static_cast<T>(options_.beta1),
            static_cast<T>(1 - options_.beta1),
            static_cast<T>(options_.beta2),
            static_cast<T>(1 - options_.beta2),
            static_cast<T>(options_.learningRate / (1 - power1_)),
            static_cast<T>(1 / std::sqrt(1 - power2_)),
            static_cast<T>(options_.epsilon),
            static_cast<T>(options_.weightDecay)};
  }

 private:
  const TrainOptions& options_;
  double power1_ = 1;
  double power2_ = 1;
};

// gates[i] <- upstream[i] where the gate is open (its activation is positive), 0 elsewhere.
template <class T>
void passOpenGates(const T* __restrict upstream, T* __restrict gates, Index count) {
  for (Index i = 0; i < count; ++i) {
    const T value = upstream[i];
    gates[i] = gates[i] > 0 ? value : T{0};
  }
}

template <class T>
struct Batch {
  OwnedMatrix<T> inputs, targets;
  Index size = 0;

  Batch(Index capacity, Index d, Index c) : inputs(capacity, d), targets(capacity, c) {}

  ConstMatrixView<T> x() const { return inputs.view().rowBlock(0, size); }

  void gather(ConstMatrixView<T> X, ConstMatrixView<T> Y, const std::int32_t* rows, Index count) {
    size = count;
    for (Index i = 0; i < count; ++i) {
      std::copy_n(X.row(rows[i]), X.cols, inputs.view().row(i));
      std::copy_n(Y.row(rows[i]), Y.cols, targets.view().row(i));
    }
  }
};

template <class T>
class Trainer {
 public:
  Trainer(MatrixView<T> weights, ConstMatrixView<T> signs, ConstMatrixView<T> X,
          ConstMatrixView<T> Y, const TrainOptions& options, Control& control)
      : weights_(weights),
        signs_(signs),
        X_(X),
        Y_(Y),
        options_(options),
        control_(control),
        batchSize_(std::min(options.batchSize, X.rows)),
        blocks_(blockCount(weights.rows, kUnitBlock)),
        first_(weights.rows, weights.cols),
        second_(weights.rows, weights.cols),
        hidden_(blocks_ * batchSize_, kUnitBlock),
        partial_(blocks_ * batchSize_, signs.cols),
        outputs_(batchSize_, signs.cols),
        batches_{Batch<T>(batchSize_, X.cols, Y.cols), Batch<T>(batchSize_, X.cols, Y.cols)},
        order_(X.rows),
        adam_(options) {
    first_.elements().fill(0);
    second_.elements().fill(0);
  }

  std::vector<double> run() {
    control_.expect(static_cast<double>(options_.epochs) * static_cast<double>(X_.rows));
    std::vector<double> losses;
    if (options_.epochs == 0) return losses;
    gatherNext();
    parallelFor(control_, blocks_, [&](Index block) { forward(block, batches_[0]); });
    for (Index step = 0;; ++step) {
      const Batch<T>& now = batches_[step % 2];
      epochLoss_ += outputGradient(now);
      control_.advance(static_cast<double>(now.size));
      const bool epochEnds = position_ == X_.rows;
      if (epochEnds) losses.push_back(closeEpoch());
      const bool last = epochEnds && epoch_ == options_.epochs;
      if (!last) gatherNext((step + 1) % 2);
      adam_.next();
      parallelFor(control_, blocks_, [&](Index block) {
        backward(block, now);
        if (!last) forward(block, batches_[(step + 1) % 2]);
      });
      if (last) {
        requireFiniteWeights();
        return losses;
      }
    }
  }

 private:
  // Loads the next batch of the epoch's order, drawing a new order when an epoch begins.
  void gatherNext(Index slot = 0) {
    if (position_ == X_.rows || epoch_ + position_ == 0) {
      position_ = 0;
      const std::uint64_t first =
          static_cast<std::uint64_t>(epoch_) * static_cast<std::uint64_t>(X_.rows);
      fillPermutation(streamOf(options_.seed, Draw::kBatches), first, order_.data(), X_.rows);
    }
    const Index count = std::min(batchSize_, X_.rows - position_);
    batches_[slot].gather(X_, Y_, order_.data() + position_, count);
    position_ += count;
  }

  double closeEpoch() {
    const double loss = epochLoss_ / static_cast<double>(X_.rows);
    epochLoss_ = 0;
    ++epoch_;
    if (!std::isfinite(loss)) throw diverged("loss is");
    return loss;
  }

  Error diverged(const std::string& what) const {
    return Error(ErrorCode::kNotFinite, "Training diverged in epoch " + std::to_string(epoch_) +
                                            ": the " + what +
                                            " not finite; try a smaller learningRate");
  }

  // The last step has no loss after it that would tell.
  void requireFiniteWeights() const {
    const Index count = weights_.rows * weights_.cols;
    if (!std::all_of(weights_.data, weights_.data + count, [](T w) { return std::isfinite(w); })) {
      throw diverged("weights are");
    }
  }

  Index unitsOf(Index block) const {
    return std::min(kUnitBlock, weights_.rows - block * kUnitBlock);
  }
  MatrixView<T> hiddenOf(Index block, Index rows) {
    return hidden_.view().block(block * batchSize_, rows, 0, unitsOf(block));
  }

  // hidden = relu(x W_b^T), partial = hidden A_b.
  void forward(Index block, const Batch<T>& batch) {
    const Index unit = block * kUnitBlock, units = unitsOf(block);
    const auto hidden = hiddenOf(block, batch.size);
    blas::gemm<T>(Op::kNone, Op::kTranspose, 1, batch.x(), weights_.rowBlock(unit, units), 0,
                  hidden);
    for (Index i = 0; i < hidden.rows; ++i) rectify(hidden.row(i), units);
    blas::gemm<T>(Op::kNone, Op::kNone, 1, hidden, signs_.rowBlock(unit, units), 0,
                  partial_.view().rowBlock(block * batchSize_, batch.size));
  }

  // Adds the blocks' outputs in order, turns them into dL/d(hidden A) and returns the batch's
  // summed loss.
  double outputGradient(const Batch<T>& batch) {
    const double scale = 1 / std::sqrt(static_cast<double>(weights_.rows));
    const auto outputs = outputs_.view();
    double loss = 0;
    for (Index i = 0; i < batch.size; ++i) {
      T* const f = outputs.row(i);
      for (Index k = 0; k < outputs.cols; ++k) {
        T sum = 0;
        for (Index block = 0; block < blocks_; ++block) {
          sum += partial_.view()(block * batchSize_ + i, k);
        }
        f[k] = static_cast<T>(scale) * sum;
      }
      loss += lossGradient(options_.loss, f, batch.targets.view().row(i), outputs.cols,
                           scale / static_cast<double>(batch.size));
    }
    return loss;
  }

  // dL/dW_b = (relu'(hidden) * (D A_b^T))^T x, then Adam on W_b. `hidden` is overwritten on the
  // way.
  void backward(Index block, const Batch<T>& batch) {
    const Index unit = block * kUnitBlock, units = unitsOf(block);
    const auto hidden = hiddenOf(block, batch.size);
    OwnedMatrix<T> upstream(batch.size, units), gradient(units, weights_.cols);
    const ConstMatrixView<T> outputGradients = outputs_.view().rowBlock(0, batch.size);
    blas::gemm<T>(Op::kNone, Op::kTranspose, 1, outputGradients, signs_.rowBlock(unit, units), 0,
                  upstream.view());
    for (Index i = 0; i < hidden.rows; ++i) {
      passOpenGates(upstream.view().row(i), hidden.row(i), units);
    }
    blas::gemm<T>(Op::kTranspose, Op::kNone, 1, hidden, batch.x(), 0, gradient.view());
    const auto start = [&](OwnedMatrix<T>& moments) { return moments.view().row(unit); };
    updateWeights_(adam_.scalars<T>(), gradient.view().data, weights_.row(unit), start(first_),
                   start(second_), units * weights_.cols);
  }

  MatrixView<T> weights_;
  ConstMatrixView<T> signs_, X_, Y_;
  const TrainOptions& options_;
  Control& control_;
  Index batchSize_, blocks_;
  OwnedMatrix<T> first_, second_;    // Adam's moments
  OwnedMatrix<T> hidden_, partial_;  // a block's activations and its share of the outputs
  OwnedMatrix<T> outputs_;           // summed outputs, then their gradient
  Batch<T> batches_[2];
  Buffer<std::int32_t> order_;
  AdamStep adam_;
  const AdamUpdate<T> updateWeights_ = kernels().adam<T>();
  Index epoch_ = 0, position_ = 0;
  double epochLoss_ = 0;
};

}  // namespace

template <class T>
std::vector<double> train(MatrixView<T> weights, ConstMatrixView<T> signs, ConstMatrixView<T> X,
                          ConstMatrixView<T> Y, const TrainOptions& options, Control& control) {
  std::vector<double> losses;
  const auto run = [&] { losses = Trainer<T>(weights, signs, X, Y, options, control).run(); };
  if (weights.rows <= kSerialWidth) {
    runOnPool(control, run);
  } else {
    run();
  }
  return losses;
}

template <class T>
void addTrainWorkspace(MemoryEstimate& estimate, Index n, Index width, Index inputs, Index outputs,
                       Index batchSize) {
  const Index batch = std::min(batchSize, n), blocks = blockCount(width, kUnitBlock);
  const Index units = blocks * kUnitBlock;
  estimate
      .add(2 * width, inputs, sizeof(T))              // Adam's moments
      .add(batch, units, sizeof(T))                   // activations
      .add(batch, outputs * (blocks + 3), sizeof(T))  // outputs, by block and summed
      .add(2 * batch, inputs, sizeof(T))              // this batch and the next
      .add(units, batch + inputs, sizeof(T))          // upstream and gradient of the blocks in hand
      .add(n, 1, sizeof(std::int32_t));               // the order
}

template std::vector<double> train(MatrixView<double>, ConstMatrixView<double>,
                                   ConstMatrixView<double>, ConstMatrixView<double>,
                                   const TrainOptions&, Control&);
template std::vector<double> train(MatrixView<float>, ConstMatrixView<float>,
                                   ConstMatrixView<float>, ConstMatrixView<float>,
                                   const TrainOptions&, Control&);
template void addTrainWorkspace<double>(MemoryEstimate&, Index, Index, Index, Index, Index);
template void addTrainWorkspace<float>(MemoryEstimate&, Index, Index, Index, Index, Index);

}  // namespace ntkit
