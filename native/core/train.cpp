#include "train.hpp"

#include <array>
#include <cmath>

#include "cpu.hpp"
#include "finite.hpp"
#include "panels.hpp"
#include "parallel.hpp"
#include "random.hpp"
#include "train_layout.hpp"

namespace ntkit {
namespace {

// Lines of a panel that are multiplied at once: they stay in the L1 cache.
constexpr Index kDepth = 256;
// Blocks of units of a task, and points of a task, counted once for each of its blocks.
constexpr Index kBlocksOfATask = 4, kPointsOfATask = 512;
// Below this many operations a step is shorter than handing it out: one thread takes the training.
constexpr double kSerialStep = 4e6;

template <class T>
class Trainer {
 public:
  Trainer(const Training<T>& training, const TrainOptions& options, Control& control)
      : at_(Layout::of<T>(training.X.rows, training.start.rows, training.X.cols,
                          training.signs.cols, options.batchSize)),
        training_(training),
        options_(options),
        control_(control),
        first_(training.from * at_.stepsPerEpoch()),
        steps_(options.epochs * at_.stepsPerEpoch()),
        signsByOutput_(at_.outputs, at_.width),
        ownMoments_(keepsMoments(training, options) ? 2 * at_.width : 0, at_.inputs),
        moments_(keepsMoments(training, options) ? ownMoments_.view() : training.moments),
        hidden_{OwnedMatrix<T>(at_.width, at_.stride), OwnedMatrix<T>(at_.width, at_.stride)},
        partial_(at_.blocks * at_.outputs, at_.stride),
        slopes_(at_.outputs, at_.stride),
        point_(at_.outputs),
        order_(at_.n),
        scalars_(options, steps_, first_) {
    for (Index slot = 0; slot < at_.slots(); ++slot) {
      byPoint_[slot] = Panels<T>(at_.inputs, at_.batch, at_.lanes);
      byInput_[slot] = Panels<T>(at_.batch, at_.inputs, at_.lanes);
    }
    for (Batch& batch : batches_) batch.rows = Buffer<std::int32_t>(at_.batch);
    for (Index r = 0; r < at_.width; ++r) {
      for (Index k = 0; k < at_.outputs; ++k) {
        signsByOutput_.view()(k, r) = training.signs(r, k);
      }
    }
    if (first_ == 0) std::fill_n(moments_.data, moments_.rows * moments_.cols, T{0});
    slopes_.elements().fill(0);
  }

  std::vector<double> run() {
    control_.expect(static_cast<double>(steps_));
    control_.advance(static_cast<double>(first_));
    const ConstMatrixView<T> start = training_.start;
    if (first_ == 0) std::copy_n(start.data, at_.width * at_.inputs, training_.weights.data);
    keepSnapshots(training_.from);
    if (first_ == steps_) return losses_;
    if (training_.makeBatch) {
      runMade();
    } else {
      runFused();
    }
    requireFiniteWeights();
    return losses_;
  }

 private:
  struct Batch {
    Buffer<std::int32_t> rows;
    Index size = 0;
  };

  // Whether Adam's moments are this trainer's own, not the caller's.
  static bool keepsMoments(const Training<T>& training, const TrainOptions& options) {
    return options.optimizer == Optimizer::kAdam && training.moments.data == nullptr;
  }

  // One round a step.
  void runFused() {
    Index step = first_;
    for (Index ahead = step; ahead < std::min(step + 3, steps_); ++ahead) draw(ahead);
    parallelFor(control_, at_.blocks, [&](Index block) {
      packPoints(block, step);
      packInputs(block, step);
      if (step + 1 < steps_) packPoints(block, step + 1);
    });
    parallelFor(control_, at_.blocks, [&](Index block) { forward(block, step); });
    outputGradient(step);
    parallelRounds(
        control_, blockCount(at_.blocks, group_),
        [&](Index task) {
          const Index first = task * group_, end = std::min(first + group_, at_.blocks);
          for (Index block = first; block < end; ++block) {
            if (step + 1 < steps_) packInputs(block, step + 1);
            if (step + 2 < steps_) packPoints(block, step + 2);
          }
          backward(first, end, step, step + 1 < steps_);
        },
        [&] {
          endStep(step);
          if (isLast(step)) return false;
          ++step;
          outputGradient(step);
          if (step + 2 < steps_) draw(step + 2);
          return true;
        });
  }

  // A step whose batch depends on all of the weights.
  void runMade() {
    for (Index step = first_;; ++step) {
      draw(step);
      const Batch& batch = batches_[step % 3];
      made_ = training_.makeBatch(
          batch.rows.data(), batch.size,
          static_cast<std::uint64_t>(step / at_.stepsPerEpoch()) *
                  static_cast<std::uint64_t>(at_.n) +
              static_cast<std::uint64_t>(step % at_.stepsPerEpoch() * at_.batch));
      parallelFor(control_, at_.blocks, [&](Index block) {
        packPoints(block, step);
        packInputs(block, step);
      });
      parallelFor(control_, at_.blocks, [&](Index block) { forward(block, step); });
      outputGradient(step);
      parallelFor(control_, at_.blocks,
                  [&](Index block) { backward(block, block + 1, step, false); });
      endStep(step);
      if (isLast(step)) return;
    }
  }

  Batch& batchOf(Index step) { return batches_[step % 3]; }
  Index slotOf(Index step) const { return step % at_.slots(); }
  Index epochAfter(Index step) const { return (step + 1) / at_.stepsPerEpoch(); }
  bool endsEpoch(Index step) const { return (step + 1) % at_.stepsPerEpoch() == 0; }
  bool isLast(Index step) const {
    return step + 1 == steps_ || (endsEpoch(step) && control_.paused());
  }

  // The points of a step: the next of the epoch's order, which is drawn when the epoch begins.
  void draw(Index step) {
    const Index position = step % at_.stepsPerEpoch() * at_.batch;
    Batch& batch = batchOf(step);
    batch.size = std::min(at_.batch, at_.n - position);
    if (at_.whole) {
      for (Index i = 0; i < at_.n; ++i) batch.rows[i] = static_cast<std::int32_t>(i);
      return;
    }
    if (position == 0) {
      const auto epoch = static_cast<std::uint64_t>(step / at_.stepsPerEpoch());
      fillPermutation(streamOf(options_.seed, Draw::kBatches),
                      epoch * static_cast<std::uint64_t>(at_.n), order_.data(), at_.n);
    }
    std::copy_n(order_.data() + position, batch.size, batch.rows.data());
  }

  const T* inputsOf(const Batch& batch, Index i) const {
    return training_.makeBatch ? made_.row(i) : training_.X.row(batch.rows[i]);
  }

  // Calls body(panel of points) for this block's share of a batch's panels.
  template <class Body>
  void shareOfPoints(Index block, Index step, const Body& body) {
    if (at_.whole && step > first_ && !training_.makeBatch) return;
    const Index panels = blockCount(batchOf(step).size, at_.lanes);
    const Index end = (block + 1) * panels / at_.blocks;
    for (Index panel = block * panels / at_.blocks; panel < end; ++panel) body(panel);
  }

  void packPoints(Index block, Index step) {
    shareOfPoints(block, step, [&](Index panel) {
      const Batch& batch = batchOf(step);
      const T* rows[kMaxLanes<T>];
      for (Index lane = 0; lane < at_.lanes; ++lane) {
        const Index i = panel * at_.lanes + lane;
        rows[lane] = i < batch.size ? inputsOf(batch, i) : nullptr;
      }
      byPoint_[slotOf(step)].setColumns(panel, rows);
    });
  }

  void packInputs(Index block, Index step) {
    shareOfPoints(block, step, [&](Index panel) {
      const Batch& batch = batchOf(step);
      const Index end = std::min((panel + 1) * at_.lanes, batch.size);
      for (Index i = panel * at_.lanes; i < end; ++i) {
        byInput_[slotOf(step)].setLine(i, inputsOf(batch, i));
      }
    });
  }

  Index unitsOf(Index block) const {
    return std::min(kBlockUnits, at_.width - block * kBlockUnits);
  }
  T* hiddenOf(Index block, Index step) { return hidden_[step % 2].view().row(block * kBlockUnits); }

  void forward(Index block, Index step) {
    for (Index column = 0; column < at_.inputs; column += at_.columns) {
      forwardColumns(block, step, column);
    }
    blockOutputs(block, step);
  }

  // hidden [+]= W_b x^T over a block of columns; relu after the last.
  void forwardColumns(Index block, Index step, Index column) {
    const Index unit = block * kBlockUnits, units = unitsOf(block);
    const Index depth = std::min(at_.columns, at_.inputs - column);
    const bool last = column + depth == at_.inputs;
    const PanelEnd end = column == 0 ? last ? PanelEnd::kRelu : PanelEnd::kStore
                         : last      ? PanelEnd::kAddRelu
                                     : PanelEnd::kAdd;
    const Panels<T>& points = byPoint_[slotOf(step)];
    T* const hidden = hiddenOf(block, step);
    const Index panels = blockCount(batchOf(step).size, at_.lanes);
    for (Index p = 0; p < panels; ++p) {
      kernels_.multiply({training_.weights.row(unit) + column, at_.inputs, units,
                         points.line(p, column), at_.lanes, depth, end, hidden + p * at_.lanes,
                         at_.stride});
    }
  }

  // partial = A_b^T hidden.
  void blockOutputs(Index block, Index step) {
    const Index unit = block * kBlockUnits;
    const T* const hidden = hiddenOf(block, step);
    T* const partial = partial_.view().row(block * at_.outputs);
    const Index panels = blockCount(batchOf(step).size, at_.lanes);
    for (Index p = 0; p < panels; ++p) {
      kernels_.multiply({signsByOutput_.view().data + unit, at_.width, at_.outputs,
                         hidden + p * at_.lanes, at_.stride, unitsOf(block), PanelEnd::kStore,
                         partial + p * at_.lanes, at_.stride});
    }
  }

  // Adds the blocks' outputs in order and turns them into dL/d(A^T hidden), c x batch.
  void outputGradient(Index step) {
    const Batch& batch = batchOf(step);
    const double scale = 1 / std::sqrt(static_cast<double>(at_.width));
    for (Index k = 0; k < at_.outputs; ++k) {
      T* const sums = slopes_.view().row(k);
      std::fill_n(sums, batch.size, T{0});
      for (Index block = 0; block < at_.blocks; ++block) {
        const T* const part = partial_.view().row(block * at_.outputs + k);
        for (Index i = 0; i < batch.size; ++i) sums[i] += part[i];
      }
    }
    const MatrixView<T> slopes = slopes_.view();
    for (Index i = 0; i < batch.size; ++i) {
      for (Index k = 0; k < at_.outputs; ++k) point_[k] = static_cast<T>(scale) * slopes(k, i);
      epochLoss_ += lossGradient(options_.loss, point_.data(), training_.Y.row(batch.rows[i]),
                                 at_.outputs, scale / static_cast<double>(batch.size));
      for (Index k = 0; k < at_.outputs; ++k) slopes(k, i) = point_[k];
    }
    update_ = scalars_.template next<T>();
    if (endsEpoch(step)) closeEpoch(epochAfter(step));
  }

  void closeEpoch(Index epoch) {
    losses_.push_back(epochLoss_ / static_cast<double>(at_.n));
    epochLoss_ = 0;
    if (!std::isfinite(losses_.back())) throw diverged("loss is", epoch);
  }

  void endStep(Index step) {
    control_.advance();
    if (endsEpoch(step)) keepSnapshots(epochAfter(step));
  }

  void keepSnapshots(Index epoch) {
    for (const Snapshot<T>& snapshot : training_.snapshots) {
      if (snapshot.epoch != epoch) continue;
      std::copy_n(training_.weights.data, at_.width * at_.inputs, snapshot.weights.data);
    }
  }

  Error diverged(const std::string& what, Index epoch) const {
    return Error(ErrorCode::kNotFinite, "Training diverged in epoch " + std::to_string(epoch) +
                                            ": the " + what +
                                            " not finite; try a smaller learningRate");
  }

  // The last step has no loss after it that would tell.
  void requireFiniteWeights() const {
    if (isFinite(training_.weights.data, at_.width * at_.inputs)) return;
    throw diverged("weights are", training_.from + static_cast<Index>(losses_.size()));
  }

  // The update of W_b by dL/dW_b and, with `thenForward`, the next batch's activations, a block of
  // columns at a time: the blocks of units take turns with the points and inputs of the same
  // columns, which stay in the L2 cache.
  void backward(Index first, Index end, Index step, bool thenForward) {
    for (Index block = first; block < end; ++block) passGates(block, step);
    for (Index column = 0; column < at_.inputs; column += at_.columns) {
      for (Index block = first; block < end; ++block) {
        updateColumns(block, step, column);
        if (thenForward) forwardColumns(block, step + 1, column);
      }
    }
    for (Index block = first; thenForward && block < end; ++block) blockOutputs(block, step + 1);
  }

  // dL/dW_b = (relu'(hidden) * (A_b D)) x and the update of W_b by it, over a block of columns.
  void updateColumns(Index block, Index step, Index column) {
    const Index unit = block * kBlockUnits, units = unitsOf(block);
    const Index columns = std::min(at_.columns, at_.inputs - column);
    const bool adam = options_.optimizer == Optimizer::kAdam;
    const bool anchored = options_.decayTowards == DecayTowards::kStart;
    const auto update = adam ? kernels_.adam : kernels_.sgd;
    const auto from = [&](auto rows, Index row) { return rows.row(row) + column; };
    T* const weights = from(training_.weights, unit);
    T* const first = adam ? from(moments_, unit) : weights;
    T* const second = adam ? from(moments_, at_.width + unit) : weights;
    alignas(64) T gradient[kBlockUnits * (kColumnBlock + kMaxLanes<T>)];
    gradientColumns(block, step, column, columns, gradient, {weights, first, second});
    for (Index r = 0; r < units; ++r) {
      const Index row = r * at_.inputs;
      update(update_, {gradient + r * at_.columns, weights + row, first + row, second + row,
                       anchored ? from(training_.start, unit + r) : nullptr, columns});
    }
  }

  // hidden <- relu'(hidden) * (A_b D), in place.
  void passGates(Index block, Index step) {
    const T* const signs = training_.signs.row(block * kBlockUnits);
    const Index panels = blockCount(batchOf(step).size, at_.lanes);
    for (Index p = 0; p < panels; ++p) {
      kernels_.multiply({signs, at_.outputs, unitsOf(block), slopes_.view().data + p * at_.lanes,
                         at_.stride, at_.outputs, PanelEnd::kGate,
                         hiddenOf(block, step) + p * at_.lanes, at_.stride});
    }
  }

  // gradient (units x columns) = hidden x, while what it updates comes nearer.
  void gradientColumns(Index block, Index step, Index column, Index columns, T* gradient,
                       const std::array<const T*, 3>& updated) {
    const Index points = batchOf(step).size;
    const Panels<T>& inputs = byInput_[slotOf(step)];
    for (Index j = 0; j < columns; j += at_.lanes) {
      for (Index first = 0; first < points; first += kDepth) {
        kernels_.multiply({hiddenOf(block, step) + first,
                           at_.stride,
                           unitsOf(block),
                           inputs.line((column + j) / at_.lanes, first),
                           at_.lanes,
                           std::min(kDepth, points - first),
                           first > 0 ? PanelEnd::kAdd : PanelEnd::kStore,
                           gradient + j,
                           at_.columns,
                           {updated[0] + j, updated[1] + j, updated[2] + j},
                           at_.inputs});
      }
    }
  }

  // Several blocks a task, as long as every thread has two tasks and a task stays short. Each block
  // computes its own: the bits do not depend on it.
  static Index blocksOfATask(const Layout& at) {
    const Index most = std::clamp<Index>(kPointsOfATask / at.batch, 1, kBlocksOfATask);
    return std::clamp<Index>(at.blocks / (2 * threads()), 1, most);
  }

  const Layout at_;
  const Index group_ = blocksOfATask(at_);
  const Training<T>& training_;
  const TrainOptions& options_;
  Control& control_;
  const Index first_;             // step of this call
  const Index steps_;             // of the whole training
  OwnedMatrix<T> signsByOutput_;  // A^T
  OwnedMatrix<T> ownMoments_;     // unless the caller keeps them
  const MatrixView<T> moments_;   // Adam's first moments over its second
  OwnedMatrix<T> hidden_[2];      // activations of this batch and the next, a unit a row
  OwnedMatrix<T> partial_;        // the blocks' shares of the outputs, an output a row
  OwnedMatrix<T> slopes_;         // summed outputs, then their gradient, an output a row
  Buffer<T> point_;               // one column of them
  Panels<T> byPoint_[2], byInput_[2];
  Batch batches_[3];
  ConstMatrixView<T> made_;
  Buffer<std::int32_t> order_;
  StepScalars scalars_;
  UpdateScalars<T> update_{};
  const NetworkKernels<T>& kernels_ = kernels().network<T>();
  std::vector<double> losses_;
  double epochLoss_ = 0;
};

}  // namespace

template <class T>
std::vector<double> train(const Training<T>& training, const TrainOptions& options,
                          Control& control) {
  std::vector<double> losses;
  const auto run = [&] { losses = Trainer<T>(training, options, control).run(); };
  const double points = static_cast<double>(std::min(options.batchSize, training.X.rows));
  const double weights =
      static_cast<double>(training.start.rows) * static_cast<double>(training.start.cols);
  if (4 * points * weights <= kSerialStep) {
    runOnPool(control, run);
  } else {
    run();
  }
  return losses;
}

template <class T>
void addTrainWorkspace(MemoryEstimate& estimate, Index n, Index width, Index inputs, Index outputs,
                       const TrainOptions& options) {
  const Layout at = Layout::of<T>(n, width, inputs, outputs, options.batchSize);
  estimate.add(width, outputs, sizeof(T))
      .add(options.optimizer == Optimizer::kAdam ? 2 * width : 0, inputs, sizeof(T))
      .add(2 * width, at.stride, sizeof(T))
      .add(at.blocks * outputs + outputs + 1, at.stride, sizeof(T))
      .add(at.slots(), Panels<T>::elements(inputs, at.batch, at.lanes), sizeof(T))
      .add(at.slots(), Panels<T>::elements(at.batch, inputs, at.lanes), sizeof(T))
      .add(n, 4, sizeof(std::int32_t));
}

template std::vector<double> train(const Training<double>&, const TrainOptions&, Control&);
template std::vector<double> train(const Training<float>&, const TrainOptions&, Control&);
template void addTrainWorkspace<double>(MemoryEstimate&, Index, Index, Index, Index,
                                        const TrainOptions&);
template void addTrainWorkspace<float>(MemoryEstimate&, Index, Index, Index, Index,
                                       const TrainOptions&);

}  // namespace ntkit
