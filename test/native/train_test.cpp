// Training, against plain loops over the same batches.
#include "train.hpp"

#include <numbers>

#include "adversarial.hpp"
#include "check.hpp"
#include "naive.hpp"

namespace ntkit {
namespace {

using namespace test;

// One training: data, start, and what comes out.
template <class T>
struct Problem {
  Index points, inputs, outputs, width;
  OwnedMatrix<T> X = gaussian<T>(points, inputs, 1);
  OwnedMatrix<T> Y = oneHot<T>(points, outputs);
  DrawnNetwork<T> network{width, inputs, outputs};
  OwnedMatrix<T> weights{width, inputs};

  Training<T> training() {
    return {network.weights.view(),
            network.signs.view(),
            X.view(),
            Y.view(),
            weights.view(),
            {},
            nullptr};
  }
};

// The points of every step, as random.hpp draws them.
std::vector<std::vector<Index>> batchesOf(const TrainOptions& options, Index points) {
  std::vector<std::vector<Index>> batches;
  for (Index epoch = 0; epoch < options.epochs; ++epoch) {
    std::vector<std::int32_t> order(static_cast<std::size_t>(points));
    for (Index i = 0; i < points; ++i) order[static_cast<std::size_t>(i)] = static_cast<int>(i);
    if (options.batchSize < points) {
      fillPermutation(streamOf(options.seed, Draw::kBatches),
                      static_cast<std::uint64_t>(epoch * points), order.data(), points);
    }
    for (Index first = 0; first < points; first += options.batchSize) {
      const Index end = std::min(points, first + options.batchSize);
      batches.emplace_back(order.begin() + first, order.begin() + end);
    }
  }
  return batches;
}

// dL/dW of the mean loss of a batch; adds the sum of its losses to `loss`.
OwnedMatrix<double> gradientOf(const Network<double>& network, ConstMatrixView<double> X,
                               ConstMatrixView<double> Y, const std::vector<Index>& batch,
                               Loss kind, double& loss) {
  OwnedMatrix<double> gradient(network.width(), network.inputs());
  gradient.elements().fill(0);
  const double root = std::sqrt(static_cast<double>(network.width()));
  for (const Index i : batch) {
    std::vector<double> f = outputsOf(network, X.row(i));
    loss += lossOf(kind, f, Y.row(i));
    double total = 0;
    for (const double output : f) total += std::exp(output);
    for (Index r = 0; r < network.width(); ++r) {
      if (inner(network.weights.row(r), X.row(i), X.cols) <= 0) continue;
      double slope = 0;
      for (Index k = 0; k < network.outputs(); ++k) {
        const double output = f[static_cast<std::size_t>(k)];
        const double own = kind == Loss::kSquared ? output : std::exp(output) / total;
        slope += network.signs(r, k) * (own - Y(i, k)) / root;
      }
      for (Index j = 0; j < X.cols; ++j) {
        gradient.view()(r, j) += slope * X(i, j) / static_cast<double>(batch.size());
      }
    }
  }
  return gradient;
}

// The weights after all steps, and each epoch's mean loss.
std::vector<double> trainByLoops(Problem<double>& problem, const TrainOptions& options,
                                 MatrixView<double> W) {
  const ConstMatrixView<double> start = problem.network.weights.view();
  const Index size = W.rows * W.cols;
  std::copy_n(start.data, size, W.data);
  std::vector<double> first(static_cast<std::size_t>(size), 0), second = first, losses;
  const auto batches = batchesOf(options, problem.points);
  double loss = 0;
  for (std::size_t step = 0; step < batches.size(); ++step) {
    const auto gradient = gradientOf({W, problem.network.signs.view()}, problem.X.view(),
                                     problem.Y.view(), batches[step], options.loss, loss);
    const double share = static_cast<double>(step) / static_cast<double>(batches.size());
    const double t = static_cast<double>(step + 1);
    const double rate = options.learningRate * (options.schedule == Schedule::kConstant
                                                    ? 1
                                                    : (1 + std::cos(std::numbers::pi * share)) / 2);
    for (Index e = 0; e < size; ++e) {
      const auto at = static_cast<std::size_t>(e);
      const double pull =
          options.decayTowards == DecayTowards::kStart ? W.data[e] - start.data[e] : W.data[e];
      double g = gradient.view().data[e], shrink = rate * options.weightDecay * pull;
      if (options.decay == Decay::kCoupled) {
        g += options.weightDecay * pull;
        shrink = 0;
      }
      double move = g;
      if (options.optimizer == Optimizer::kAdam) {
        first[at] = options.beta1 * first[at] + (1 - options.beta1) * g;
        second[at] = options.beta2 * second[at] + (1 - options.beta2) * g * g;
        const double mean = first[at] / (1 - std::pow(options.beta1, t));
        const double square = second[at] / (1 - std::pow(options.beta2, t));
        move = mean / (std::sqrt(square) + options.epsilon);
      }
      W.data[e] -= shrink + rate * move;
    }
    if ((step + 1) * static_cast<std::size_t>(options.epochs) % batches.size() == 0) {
      losses.push_back(loss / static_cast<double>(problem.points));
      loss = 0;
    }
  }
  return losses;
}

// Sizes with one block of units and several, none of them full; one block of columns and two.
constexpr struct {
  Index points, inputs, outputs, width;
} kShapes[] = {{7, 3, 1, 5}, {50, 60, 3, 150}, {33, 130, 2, 64}};

void checkTraining(const TrainOptions& options) {
  for (const auto& [points, inputs, outputs, width] : kShapes) {
    Problem<double> problem{points, inputs, outputs, width};
    OwnedMatrix<double> expected(width, inputs);
    const std::vector<double> expectedLosses = trainByLoops(problem, options, expected.view());
    Control control;
    const std::vector<double> losses = train(problem.training(), options, control);
    CHECK_EQUAL(losses.size(), static_cast<std::size_t>(options.epochs));
    CHECK_EQUAL(expectedLosses.size(), losses.size());
    for (std::size_t epoch = 0; epoch < losses.size(); ++epoch) {
      CHECK(std::fabs(losses[epoch] - expectedLosses[epoch]) <=
            1e-9 * (1 + std::fabs(expectedLosses[epoch])));
    }
    // Adam divides by the root of tiny squares, which magnifies rounding.
    CHECK(largestGap(problem.weights.view(), expected.view()) < 1e-7);
    CHECK_EQUAL(control.progress(), 1.0);
  }
}

TEST(trainingIsThatOfPlainLoops) {
  TrainOptions options;
  options.epochs = 3;
  options.learningRate = 1e-2;
  options.weightDecay = 0.02;
  options.seed = 5;
  for (const Index batch : {4, 16, 1000}) {
    options.batchSize = batch;
    for (const Optimizer optimizer : {Optimizer::kAdam, Optimizer::kSgd}) {
      options.optimizer = optimizer;
      options.loss = Loss::kCrossEntropy;
      options.decay = Decay::kCoupled;
      options.decayTowards = DecayTowards::kZero;
      options.schedule = Schedule::kConstant;
      checkTraining(options);
      options.loss = Loss::kSquared;
      options.decay = Decay::kDecoupled;
      options.decayTowards = DecayTowards::kStart;
      options.schedule = Schedule::kCosine;
      checkTraining(options);
    }
  }
}

TEST(trainingInSingleFollowsTheOneInDouble) {
  TrainOptions options;
  options.epochs = 2;
  options.batchSize = 16;
  options.optimizer = Optimizer::kSgd;
  options.learningRate = 1e-2;
  Problem<double> wide{50, 60, 3, 150};
  Problem<float> narrow{50, 60, 3, 150};
  Control control;
  const auto inDouble = train(wide.training(), options, control);
  const auto inSingle = train(narrow.training(), options, control);
  CHECK(std::fabs(inSingle.back() / inDouble.back() - 1) < 1e-5);
  CHECK(largestGap(narrow.weights.view(), wide.weights.view()) < 1e-4);
}

TEST(snapshotsAreTheWeightsOfTheirEpochs) {
  TrainOptions options;
  options.epochs = 4;
  options.batchSize = 8;
  Problem<double> problem{20, 6, 2, 70};
  OwnedMatrix<double> start(70, 6), middle(70, 6), end(70, 6);
  Training<double> training = problem.training();
  training.snapshots = {{0, start.view()}, {2, middle.view()}, {4, end.view()}};
  Control control;
  train(training, options, control);
  CHECK_EQUAL(largestGap(start.view(), problem.network.weights.view()), 0.0);
  CHECK_EQUAL(largestGap(end.view(), problem.weights.view()), 0.0);
  Problem<double> shorter{20, 6, 2, 70};
  options.epochs = 2;
  train(shorter.training(), options, control);
  CHECK_EQUAL(largestGap(middle.view(), shorter.weights.view()), 0.0);
}

TEST(noEpochsLeaveTheWeights) {
  TrainOptions options;
  options.epochs = 0;
  Problem<double> problem{5, 3, 1, 4};
  Control control;
  CHECK(train(problem.training(), options, control).empty());
  CHECK_EQUAL(largestGap(problem.weights.view(), problem.network.weights.view()), 0.0);
}

// Paused at the end of every epoch and gone on with: the bits of a training that was not.
template <class T>
void checkPaused(const TrainOptions& options, bool made) {
  Problem<T> whole{30, 20, 3, 70}, parts{30, 20, 3, 70};
  const auto trainingOf = [&](Problem<T>& problem, OwnedMatrix<T>& rows) {
    Training<T> training = problem.training();
    if (!made) return training;
    training.makeBatch = [&](const std::int32_t* points, Index count, std::uint64_t firstPoint) {
      for (Index i = 0; i < count; ++i) {
        for (Index j = 0; j < 20; ++j) {
          rows.view()(i, j) = problem.X.view()(points[i], j) * static_cast<T>(firstPoint % 7 + 1);
        }
      }
      return ConstMatrixView<T>(rows.view().rowBlock(0, count));
    };
    return training;
  };
  OwnedMatrix<T> rows(30, 20), moments(140, 20);
  Control control, paused;
  const auto expected = train(trainingOf(whole, rows), options, control);
  paused.pause();
  std::vector<double> losses;
  for (Index epoch = 0; epoch < options.epochs; ++epoch) {
    Training<T> training = trainingOf(parts, rows);
    if (options.optimizer == Optimizer::kAdam) training.moments = moments.view();
    training.from = epoch;
    const auto one = train(training, options, paused);
    CHECK_EQUAL(one.size(), 1u);
    losses.push_back(one.front());
    const double share = static_cast<double>(epoch + 1) / static_cast<double>(options.epochs);
    CHECK(std::fabs(paused.progress() - share) < 1e-12);
  }
  CHECK(losses == expected);
  CHECK_EQUAL(largestGap(parts.weights.view(), whole.weights.view()), 0.0);
}

TEST(aTrainingThatIsPausedGoesOnWithTheSameBits) {
  TrainOptions options;
  options.epochs = 4;
  options.learningRate = 1e-2;
  options.schedule = Schedule::kCosine;
  options.decayTowards = DecayTowards::kStart;
  for (const Index batch : {4, 30, 1000}) {
    options.batchSize = batch;
    for (const Optimizer optimizer : {Optimizer::kAdam, Optimizer::kSgd}) {
      options.optimizer = optimizer;
      for (const bool made : {false, true}) {
        checkPaused<double>(options, made);
        checkPaused<float>(options, made);
      }
    }
  }
}

TEST(aTrainingThatIsDoneIsLeftAsItIs) {
  TrainOptions options;
  options.epochs = 2;
  Problem<double> problem{20, 6, 2, 70};
  Training<double> training = problem.training();
  OwnedMatrix<double> moments(140, 6), before(70, 6);
  training.moments = moments.view();
  Control control;
  train(training, options, control);
  std::copy_n(problem.weights.view().data, 70 * 6, before.view().data);
  training.from = 2;
  CHECK(train(training, options, control).empty());
  CHECK_EQUAL(largestGap(problem.weights.view(), before.view()), 0.0);
}

TEST(aTrainingThatDivergesIsRefusedWithItsEpoch) {
  TrainOptions options;
  options.optimizer = Optimizer::kSgd;
  options.loss = Loss::kSquared;
  options.epochs = 50;
  options.learningRate = 1e200;
  Problem<double> problem{20, 6, 2, 70};
  Control control;
  CHECK_ERROR(ErrorCode::kNotFinite, "Training diverged in epoch 2: the loss is not finite",
              train(problem.training(), options, control));
  // After the last step no loss tells.
  for (double& element : problem.X.elements()) element *= 1000;
  options.epochs = 1;
  options.learningRate = 1e308;
  CHECK_ERROR(ErrorCode::kNotFinite, "Training diverged in epoch 1: the weights are not finite",
              train(problem.training(), options, control));
}

TEST(anAbortStopsTraining) {
  TrainOptions options;
  options.epochs = 1000000;
  Problem<double> problem{20, 6, 2, 70};
  Control control;
  Training<double> training = problem.training();
  training.makeBatch = [&](const std::int32_t*, Index count, std::uint64_t) {
    if (control.progress() > 0) control.abort();
    return ConstMatrixView<double>(problem.X.view().rowBlock(0, count));
  };
  CHECK_ERROR(ErrorCode::kAborted, "aborted", train(training, options, control));
}

// Made batches that are the points themselves change nothing.
TEST(batchesMadeOfTheirOwnPointsGiveTheSameTraining) {
  TrainOptions options;
  options.epochs = 3;
  options.batchSize = 8;
  Problem<double> plain{20, 6, 2, 70}, made{20, 6, 2, 70};
  OwnedMatrix<double> rows(8, 6);
  Training<double> training = made.training();
  std::uint64_t next = 0;
  training.makeBatch = [&](const std::int32_t* points, Index count, std::uint64_t firstPoint) {
    CHECK_EQUAL(firstPoint, next);
    next += static_cast<std::uint64_t>(count);
    for (Index i = 0; i < count; ++i) {
      std::copy_n(made.X.view().row(points[i]), 6, rows.view().row(i));
    }
    return ConstMatrixView<double>(rows.view().rowBlock(0, count));
  };
  Control control;
  train(plain.training(), options, control);
  train(training, options, control);
  CHECK_EQUAL(next, 60u);
  CHECK_EQUAL(largestGap(plain.weights.view(), made.weights.view()), 0.0);
}

TEST(workspaceOfTrainingGrowsWithItsParts) {
  TrainOptions options;
  const auto bytes = [&](Index points, Index width) {
    MemoryEstimate estimate("train");
    addTrainWorkspace<double>(estimate, points, width, 60, 3, options);
    return estimate.bytes();
  };
  // Adam's moments alone.
  CHECK(bytes(100, 1000) >= 2 * 1000 * 60 * 8);
  CHECK(bytes(100, 2000) > bytes(100, 1000));
  options.optimizer = Optimizer::kSgd;
  const Index withoutMoments = bytes(100, 1000);
  options.optimizer = Optimizer::kAdam;
  CHECK_EQUAL(bytes(100, 1000) - withoutMoments, 2 * 1000 * 60 * 8);
}

}  // namespace
}  // namespace ntkit
