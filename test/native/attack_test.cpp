// Input gradients against central differences, and what an attack may do to a point.
#include "attack.hpp"

#include <array>

#include "adversarial.hpp"
#include "check.hpp"
#include "naive.hpp"

namespace ntkit {
namespace {

using namespace test;

using Row = std::vector<double>;

double lengthOf(const Row& a) {
  return std::sqrt(inner(a.data(), a.data(), static_cast<Index>(a.size())));
}

Row unitOf(Row a) {
  const double length = lengthOf(a);
  for (double& element : a) element /= length;
  return a;
}

// x X^T X by plain loops.
Row attendTo(const Row& x, const std::vector<Row>& X) {
  Row out(x.size(), 0);
  for (const Row& key : X) {
    const double score = inner(x.data(), key.data(), static_cast<Index>(x.size()));
    for (std::size_t j = 0; j < x.size(); ++j) out[j] += score * key[j];
  }
  return out;
}

std::vector<Row> rowsOf(ConstMatrixView<double> A) {
  std::vector<Row> rows;
  for (Index i = 0; i < A.rows; ++i) rows.emplace_back(A.row(i), A.row(i) + A.cols);
  return rows;
}

// A pipeline with what its views look into.
struct Fixture {
  Index points, inputs, contextRows;
  Attending attending;
  Loss loss;
  bool unitRows = true;
  DrawnNetwork<double> network{70, inputs, 3};
  OwnedMatrix<double> P = gaussian(points, inputs, 4);
  OwnedMatrix<double> Y = oneHot<double>(points, 3);
  OwnedMatrix<double> contextPoints = gaussian(contextRows, inputs, 5);
  Control control{};
  AttentionMap<double> map{contextPoints.view(), control};

  Pipeline<double> pipeline() const {
    return {network.view(), attending, attending == Attending::kContext ? &map : nullptr, unitRows,
            loss};
  }

  // The loss of every point by plain loops.
  Row losses() const {
    std::vector<Row> units = rowsOf(P.view());
    if (unitRows) std::transform(units.begin(), units.end(), units.begin(), unitOf);
    const std::vector<Row> context =
        attending == Attending::kPoints ? units : rowsOf(contextPoints.view());
    Row all;
    for (Index i = 0; i < points; ++i) {
      Row x = units[static_cast<std::size_t>(i)];
      if (attending != Attending::kNone) x = attendTo(x, context);
      if (attending != Attending::kNone && unitRows) x = unitOf(x);
      all.push_back(lossOf(loss, outputsOf(network.view(), x.data()), Y.view().row(i)));
    }
    return all;
  }
};

double sumOf(const Row& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

void checkGradient(Fixture& fixture) {
  OwnedMatrix<double> gradient(fixture.points, fixture.inputs);
  inputGradient<double>(fixture.pipeline(), fixture.P.view(), fixture.Y.view(), gradient.view(),
                        fixture.control);
  constexpr double kStep = 1e-6;
  Index wrong = 0;
  for (Index i = 0; i < fixture.points; i += 7) {
    for (Index j = 0; j < fixture.inputs; j += 5) {
      double& element = fixture.P.view()(i, j);
      const double value = element;
      element = value + kStep;
      const double above = sumOf(fixture.losses());
      element = value - kStep;
      const double slope = (above - sumOf(fixture.losses())) / (2 * kStep);
      element = value;
      wrong += !(std::fabs(gradient.view()(i, j) - slope) < 1e-6 * (1 + std::fabs(slope)));
    }
  }
  CHECK_EQUAL(wrong, 0);
}

TEST(inputGradientsAreCentralDifferences) {
  for (const Loss loss : {Loss::kCrossEntropy, Loss::kSquared}) {
    for (const Attending attending : {Attending::kNone, Attending::kContext, Attending::kPoints}) {
      // More points than inputs and the other way, a context of either kind.
      for (const auto& [points, inputs, context] :
           {std::array<Index, 3>{60, 11, 30}, std::array<Index, 3>{9, 23, 6}}) {
        Fixture fixture{points, inputs, context, attending, loss};
        checkGradient(fixture);
      }
    }
    Fixture plain{20, 11, 5, Attending::kNone, loss, false};
    checkGradient(plain);
  }
}

TEST(aZeroPointHasNoGradient) {
  Fixture fixture{5, 6, 4, Attending::kContext, Loss::kSquared};
  std::fill_n(fixture.P.view().row(2), 6, 0.0);
  OwnedMatrix<double> gradient(5, 6);
  inputGradient<double>(fixture.pipeline(), fixture.P.view(), fixture.Y.view(), gradient.view(),
                        fixture.control);
  for (Index j = 0; j < 6; ++j) CHECK_EQUAL(gradient.view()(2, j), 0.0);
}

// |a - p| in units of what one pixel may move, and whether it is in the box.
double largestMove(ConstMatrixView<double> adversarial, ConstMatrixView<double> pixels,
                   const AttackOptions& options) {
  double largest = 0;
  for (Index i = 0; i < pixels.rows; ++i) {
    const double size =
        options.units.norms ? std::sqrt(inner(pixels.row(i), pixels.row(i), pixels.cols)) : 1;
    for (Index j = 0; j < pixels.cols; ++j) {
      const double feature =
          options.units.features.empty() ? 1 : options.units.features[static_cast<std::size_t>(j)];
      const double value = adversarial(i, j);
      CHECK(value >= options.low && value <= options.high);
      largest = std::max(largest, std::fabs(value - pixels(i, j)) / (size * feature));
    }
  }
  return largest;
}

// Pixels from 0 to 1.
OwnedMatrix<double> pixelsOf(Index points, Index inputs) {
  OwnedMatrix<double> pixels(points, inputs);
  for (Index e = 0; e < points * inputs; ++e) {
    pixels.view().data[e] = randomUniform({8, 9}, static_cast<std::uint64_t>(e));
  }
  return pixels;
}

TEST(oneStepMovesEveryPixelAlongTheSignOfItsGradient) {
  Fixture fixture{60, 11, 30, Attending::kContext, Loss::kCrossEntropy};
  fixture.P = pixelsOf(60, 11);
  AttackOptions options;
  options.eps = options.alpha = 0.1;
  options.low = -5;
  options.high = 5;
  OwnedMatrix<double> gradient(60, 11), adversarial(60, 11),
      expected = copyOf<double>(fixture.P.view());
  inputGradient<double>(fixture.pipeline(), fixture.P.view(), fixture.Y.view(), gradient.view(),
                        fixture.control);
  linfAttack<double>(fixture.pipeline(), fixture.P.view(), fixture.Y.view(), options,
                     adversarial.view(), fixture.control);
  for (Index e = 0; e < 60 * 11; ++e) {
    const double slope = gradient.view().data[e];
    expected.view().data[e] += slope > 0 ? 0.1 : slope < 0 ? -0.1 : 0;
  }
  CHECK(largestGap(adversarial.view(), expected.view()) < 1e-15);
}

TEST(anAttackStaysInItsBallAndBoxAndRaisesTheLoss) {
  for (const Attending attending : {Attending::kNone, Attending::kContext, Attending::kPoints}) {
    for (const bool scaled : {false, true}) {
      Fixture fixture{60, 11, 30, attending, Loss::kCrossEntropy};
      fixture.P = pixelsOf(60, 11);
      AttackOptions options;
      options.eps = 0.08;
      options.alpha = 0.02;
      options.steps = 10;
      options.randomStart = true;
      options.seed = 12;
      options.units.norms = scaled;
      if (scaled) {
        options.eps = 0.02;
        options.decay = 0.9;
        for (Index j = 0; j < 11; ++j)
          options.units.features.push_back(0.5 + 0.1 * static_cast<double>(j));
      }
      OwnedMatrix<double> adversarial(60, 11);
      const double before = sumOf(fixture.losses());
      linfAttack<double>(fixture.pipeline(), fixture.P.view(), fixture.Y.view(), options,
                         adversarial.view(), fixture.control);
      const double moved = largestMove(adversarial.view(), fixture.P.view(), options);
      CHECK(moved <= options.eps * (1 + 1e-12));
      CHECK(moved > 0.9 * options.eps);
      fixture.P = std::move(adversarial);
      CHECK(sumOf(fixture.losses()) > before);
    }
  }
}

AttackOptions fewRandomSteps() {
  AttackOptions options;
  options.eps = 0.08;
  options.alpha = 0.02;
  options.steps = 3;
  options.randomStart = true;
  return options;
}

// Points that start at random start where they would in the whole set.
TEST(aPartOfTheSetIsAttackedAsInTheWhole) {
  Fixture fixture{60, 11, 30, Attending::kContext, Loss::kSquared};
  fixture.P = pixelsOf(60, 11);
  const AttackOptions options = fewRandomSteps();
  OwnedMatrix<double> whole(60, 11), part(10, 11);
  linfAttack<double>(fixture.pipeline(), fixture.P.view(), fixture.Y.view(), options, whole.view(),
                     fixture.control);
  linfAttack<double>(fixture.pipeline(), fixture.P.view().rowBlock(50, 10),
                     fixture.Y.view().rowBlock(50, 10), options, part.view(), fixture.control, 50);
  CHECK(largestGap(part.view(), whole.view().rowBlock(50, 10)) < 1e-12);
}

TEST(anAttackInSingleIsTheOneInDoubleForMostPixels) {
  Fixture fixture{60, 11, 30, Attending::kNone, Loss::kSquared};
  fixture.P = pixelsOf(60, 11);
  const DrawnNetwork<float> network(70, 11, 3);
  OwnedMatrix<float> P(60, 11), Y = oneHot<float>(60, 3), single(60, 11);
  for (Index e = 0; e < 60 * 11; ++e)
    P.view().data[e] = static_cast<float>(fixture.P.view().data[e]);
  Pipeline<float> pipeline{network.view(), Attending::kNone, nullptr, true, Loss::kSquared};
  AttackOptions options;
  options.eps = options.alpha = 0.05;
  OwnedMatrix<double> wide(60, 11);
  linfAttack<double>(fixture.pipeline(), fixture.P.view(), fixture.Y.view(), options, wide.view(),
                     fixture.control);
  linfAttack<float>(pipeline, P.view(), Y.view(), options, single.view(), fixture.control);
  Index other = 0;
  for (Index e = 0; e < 60 * 11; ++e) {
    other += std::fabs(static_cast<double>(single.view().data[e]) - wide.view().data[e]) > 1e-6;
  }
  CHECK(other < 7);
}

TEST(adversarialBatchesAreAttacksOnTheirPointsAsTheNetworkSeesThem) {
  Fixture fixture{60, 11, 30, Attending::kContext, Loss::kCrossEntropy};
  fixture.P = pixelsOf(60, 11);
  const AttackOptions options = fewRandomSteps();
  const Pipeline<double> pipeline = fixture.pipeline();
  const auto make =
      adversarialBatches(pipeline, ConstMatrixView<double>(fixture.P.view()),
                         ConstMatrixView<double>(fixture.Y.view()), options, 8, fixture.control);
  const std::vector<std::int32_t> rows{5, 0, 59, 17, 3};
  const ConstMatrixView<double> made = make(rows.data(), 5, 123);
  OwnedMatrix<double> pixels(5, 11), targets(5, 3), attacked(5, 11), seen(5, 11);
  for (Index i = 0; i < 5; ++i) {
    const Index row = rows[static_cast<std::size_t>(i)];
    std::copy_n(fixture.P.view().row(row), 11, pixels.view().row(i));
    std::copy_n(fixture.Y.view().row(row), 3, targets.view().row(i));
  }
  Control control{};
  linfAttack<double>(pipeline, pixels.view(), targets.view(), options, attacked.view(), control,
                     123);
  networkInputs<double>(pipeline, attacked.view(), seen.view(), control);
  CHECK_EQUAL(largestGap(made, seen.view()), 0.0);
  // What the network sees: unit rows, attended to and of unit norm again.
  const std::vector<Row> inputs = rowsOf(seen.view()), from = rowsOf(attacked.view());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Row expected = unitOf(attendTo(unitOf(from[i]), rowsOf(fixture.contextPoints.view())));
    for (std::size_t j = 0; j < expected.size(); ++j) {
      CHECK(std::fabs(inputs[i][j] - expected[j]) < 1e-13);
    }
  }
  fixture.control.abort();
  CHECK_ERROR(ErrorCode::kAborted, "aborted", make(rows.data(), 5, 0));
}

TEST(workspaceOfAttacksCountsWhatTheyAttendTo) {
  const auto bytes = [](Attending attending, Index contextRows) {
    MemoryEstimate estimate("attack");
    addAttackWorkspace<double>(estimate, 500, 100, 60, 3, attending, contextRows);
    return estimate.bytes();
  };
  const Index plain = bytes(Attending::kNone, 0);
  CHECK(plain >= 2 * 100 * 60 * 8 + 500 * 60 * 8);
  CHECK(bytes(Attending::kContext, 10) > plain);
  CHECK(bytes(Attending::kPoints, 0) - plain >= 2 * 500 * 60 * 8);
  MemoryEstimate adversarial("train");
  addAdversarialWorkspace<double>(adversarial, 128, 100, 60, 3, 10);
  CHECK(adversarial.bytes() > 128 * 123 * 8);
}

}  // namespace
}  // namespace ntkit
