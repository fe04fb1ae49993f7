// Influence by refits, ridge paths by one factorisation a ridge, alignment by its definition.
#include "influence.hpp"

#include "alignment.hpp"
#include "check.hpp"
#include "naive.hpp"
#include "ridge_path.hpp"

namespace ntkit {
namespace {

using namespace test;
constexpr FactorPrecision kFloat64 = FactorPrecision::kFloat64;
constexpr double kRidge = 0.3;

// Inner products of random rows: a kernel, with others' rows against it.
OwnedMatrix<double> kernelOf(ConstMatrixView<double> Z, ConstMatrixView<double> X) {
  OwnedMatrix<double> K(Z.rows, X.rows);
  for (Index i = 0; i < Z.rows; ++i) {
    for (Index j = 0; j < X.rows; ++j) K.view()(i, j) = inner(Z.row(i), X.row(j), X.cols);
  }
  return K;
}

struct Fixture {
  Index n, queries, outputs;
  OwnedMatrix<double> X = gaussian(n, 9, 41), Z = gaussian(queries, 9, 42);
  OwnedMatrix<double> Y = oneHot<double>(n, outputs), Yt = oneHot<double>(queries, outputs);
  Control control{};

  // Predictions at every query of the regression without point `out`.
  OwnedMatrix<double> predictions(Index out) {
    std::vector<Index> kept;
    for (Index i = 0; i < n; ++i) {
      if (i != out) kept.push_back(i);
    }
    const auto size = static_cast<Index>(kept.size());
    OwnedMatrix<double> points(size, 9), targets(size, outputs), F(queries, outputs);
    for (Index i = 0; i < size; ++i) {
      const Index from = kept[static_cast<std::size_t>(i)];
      std::copy_n(X.view().row(from), 9, points.view().row(i));
      std::copy_n(Y.view().row(from), outputs, targets.view().row(i));
    }
    const RidgeFactor factor(kernelOf(points.view(), points.view()), kRidge, kFloat64, control);
    const RidgeSolution solution = factor.solve(targets.view(), control);
    predictRidge(kernelOf(Z.view(), points.view()).view(), solution.alpha.view(), F.view(),
                 control);
    return F;
  }
};

double marginOf(const double* f, const double* y, Index outputs) {
  if (outputs == 1) return y[0] * f[0];
  const Index label = std::max_element(y, y + outputs) - y;
  double rival = -std::numeric_limits<double>::infinity();
  for (Index k = 0; k < outputs; ++k) {
    if (k != label) rival = std::max(rival, f[k]);
  }
  return f[label] - rival;
}

// What a point's presence adds, by the definitions of influence.hpp.
double changeOf(InfluenceTarget target, const double* with, const double* without, const double* y,
                Index outputs) {
  if (target == InfluenceTarget::kMargin) {
    return marginOf(with, y, outputs) - marginOf(without, y, outputs);
  }
  if (target == InfluenceTarget::kPrediction) {
    const Index label = std::max_element(y, y + outputs) - y;
    return with[label] - without[label];
  }
  double change = 0;
  for (Index k = 0; k < outputs; ++k) {
    change +=
        0.5 * ((without[k] - y[k]) * (without[k] - y[k]) - (with[k] - y[k]) * (with[k] - y[k]));
  }
  return change;
}

TEST(influenceIsWhatRefitsWithoutThePointSay) {
  for (const Index outputs : {1, 3}) {
    Fixture fixture{50, 12, outputs};
    Control& control = fixture.control;
    RidgeFactor factor(kernelOf(fixture.X.view(), fixture.X.view()), kRidge, kFloat64, control);
    const RidgeSolution solution = factor.solve(fixture.Y.view(), control);
    const OwnedMatrix<double> whole = fixture.predictions(-1);
    const Buffer<double> h = factor.inverseDiagonal(control);
    const InfluenceModel model(factor, solution.alpha.view(), h.data());
    for (const InfluenceTarget target :
         {InfluenceTarget::kLoss, InfluenceTarget::kMargin, InfluenceTarget::kPrediction}) {
      auto scores = kernelOf(fixture.Z.view(), fixture.X.view());
      model.influence(target, scores.view(), fixture.Yt.view(), control);
      auto Kt = kernelOf(fixture.Z.view(), fixture.X.view());
      Buffer<double> mean(50);
      model.aggregate(target, Kt.view(), fixture.Yt.view(), mean.data(), control);
      for (Index i = 0; i < 50; i += 3) {
        const OwnedMatrix<double> without = fixture.predictions(i);
        double sum = 0;
        for (Index t = 0; t < 12; ++t) {
          const double expected = changeOf(target, whole.view().row(t), without.view().row(t),
                                           fixture.Yt.view().row(t), outputs);
          CHECK(std::fabs(scores.view()(t, i) - expected) < 1e-10);
          sum += expected / 12;
        }
        CHECK(std::fabs(mean[i] - sum) < 1e-10);
      }
    }
    CHECK(InfluenceModel::workspace(50, 12, outputs) > 0);
  }
}

TEST(aRidgePathIsOneFactorisationARidge) {
  Fixture fixture{150, 1, 3};
  Control& control = fixture.control;
  const double ridges[] = {1e-3, 1e-2, 10};
  OwnedMatrix<double> alpha(450, 3), leaveOneOut(450, 3);
  RidgePathPoint points[3];
  ridgePath(kernelOf(fixture.X.view(), fixture.X.view()), fixture.Y.view(), ridges, 3, alpha.view(),
            leaveOneOut.view(), points, control);
  for (Index r = 0; r < 3; ++r) {
    RidgeFactor factor(kernelOf(fixture.X.view(), fixture.X.view()), ridges[r], kFloat64, control);
    const RidgeSolution solution = factor.solve(fixture.Y.view(), control);
    const double scale = 1 / ridges[r];
    CHECK(largestGap(alpha.view().rowBlock(150 * r, 150), solution.alpha.view()) < 1e-8 * scale);
    const Buffer<double> h = factor.inverseDiagonal(control);
    double freedom = 150, squares = 0;
    for (Index i = 0; i < 150; ++i) {
      freedom -= ridges[r] * h[i];
      for (Index k = 0; k < 3; ++k) {
        const double residual = solution.alpha.view()(i, k) / h[i];
        squares += residual * residual;
        CHECK(std::fabs(leaveOneOut.view()(150 * r + i, k) - residual) < 1e-7);
      }
    }
    CHECK(std::fabs(points[r].degreesOfFreedom - freedom) < 1e-7);
    CHECK(std::fabs(points[r].leaveOneOutError / (squares / 450) - 1) < 1e-7);
    CHECK(std::fabs(points[r].smallestEigenvalue / ridges[r] - 1) < 1e-6);
    CHECK(points[r].conditionNumber > 10 / ridges[r]);
    CHECK(points[r].residual < 150 * kEps<double>);
  }
  CHECK(ridgePathWorkspace(150, 3, 3) > 2 * 150 * 150);
  const double none[] = {0.0};
  CHECK_ERROR(ErrorCode::kNotPositiveDefinite, "K + ridge I is not positive definite",
              ridgePath(kernelOf(fixture.X.view(), fixture.X.view()), fixture.Y.view(), none, 1,
                        alpha.view(), leaveOneOut.view(), points, control));
}

template <class T>
void checkAlignment(double bound) {
  for (const Index outputs : {1, 4, 200}) {
    const auto K = gaussian<T>(150, 150, 43), Y = gaussian<T>(150, outputs, 44);
    Control control;
    double product = 0, kernel = 0, targets = 0;
    for (Index i = 0; i < 150; ++i) {
      for (Index j = 0; j < 150; ++j) {
        const double k = K.view()(i, j), y = inner(Y.view().row(i), Y.view().row(j), outputs);
        product += k * y;
        kernel += k * k;
        targets += y * y;
      }
    }
    const double value = kernelTargetAlignment<T>(K.view(), Y.view(), control);
    CHECK(std::fabs(value - product / std::sqrt(kernel * targets)) < bound);
    MemoryEstimate estimate("alignment");
    addAlignmentWorkspace<T>(estimate, 150, outputs);
    CHECK(estimate.bytes() > 0);
  }
}

TEST(alignmentIsItsDefinition) {
  checkAlignment<double>(1e-14);
  checkAlignment<float>(1e-6);
}

TEST(alignmentOfZerosAndOfWhatOverflowsIsRefused) {
  Control control;
  auto K = gaussian(20, 20, 45), Y = gaussian(20, 2, 46), zeros = gaussian(20, 2, 47, 0);
  CHECK_ERROR(ErrorCode::kInvalidArgument, "nonzero matrix for Y",
              kernelTargetAlignment<double>(K.view(), zeros.view(), control));
  K.elements().fill(0);
  CHECK_ERROR(ErrorCode::kInvalidArgument, "nonzero matrix for K",
              kernelTargetAlignment<double>(K.view(), Y.view(), control));
  K.elements().fill(1e200);
  CHECK_ERROR(ErrorCode::kNotFinite, "The squares of K overflow",
              kernelTargetAlignment<double>(K.view(), Y.view(), control));
}

}  // namespace
}  // namespace ntkit
