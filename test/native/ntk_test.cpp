// Neural tangent kernels by their formulas: infinite ones at every kind of angle, empirical ones
// unit by unit.
#include <numbers>

#include "arc_cosine.hpp"
#include "check.hpp"
#include "empirical_ntk.hpp"
#include "gate_probe.hpp"
#include "naive.hpp"

namespace ntkit {
namespace {

using namespace test;
using Long = long double;
constexpr Long kPi = std::numbers::pi_v<Long>;

// The angle of two rows from the chords of their unit vectors, which loses nothing at either end.
template <class T>
Long angleOf(const T* x, const T* z, Index d) {
  Long xx = 0, zz = 0, near = 0, far = 0;
  for (Index k = 0; k < d; ++k) {
    xx += static_cast<Long>(x[k]) * static_cast<Long>(x[k]);
    zz += static_cast<Long>(z[k]) * static_cast<Long>(z[k]);
  }
  for (Index k = 0; k < d; ++k) {
    const Long a = static_cast<Long>(x[k]) / std::sqrt(xx),
               b = static_cast<Long>(z[k]) / std::sqrt(zz);
    near += (a - b) * (a - b);
    far += (a + b) * (a + b);
  }
  return 2 * std::atan2(std::sqrt(near), std::sqrt(far));
}

// sin t - t cos t, which cancels for small t.
Long fallOf(Long t) {
  return t < 1e-3L ? t * t * t / 3 - t * t * t * t * t / 30 : std::sin(t) - t * std::cos(t);
}

// In units of |x||z|. layers 0 stands for the first layer alone, 1 for both of the paper's network.
// Angles go from layer to layer by 1 - cos: small ones would be lost in a cosine.
Long kernelOf(Long theta, int layers) {
  if (layers == 0) return std::cos(theta) * (kPi - theta) / (2 * kPi);
  Long value = std::cos(theta);
  for (int layer = 1; layer < std::max(layers, 2); ++layer) {
    const Long half = std::sin(theta / 2);
    const Long versine = 2 * half * half - fallOf(theta) / kPi;
    value = value * (kPi - theta) / kPi + (1 - versine);
    theta = 2 * std::asin(std::sqrt(versine / 2));
  }
  return layers == 1 ? value / 2 : value;
}

// Rows in pairs at every angle: random, equal, opposite, nearly either, zero.
template <class T>
OwnedMatrix<T> awkwardRows(Index count, Index d) {
  OwnedMatrix<T> X = gaussian<T>(count, d, 21);
  const auto pair = [&](Index i, Index of, double factor, double noise) {
    for (Index k = 0; k < d; ++k) {
      X.view()(i, k) = static_cast<T>(factor * static_cast<double>(X.view()(of, k)) +
                                      noise * std::sin(static_cast<double>(i + 3 * k)));
    }
  };
  pair(1, 0, 1, 0);
  pair(2, 0, -1, 0);
  pair(3, 0, 2, 1e-9);
  pair(4, 0, -2, 1e-5);
  pair(5, 0, 1, 1e-3);
  std::fill_n(X.view().row(6), d, T{0});
  return X;
}

template <class T>
double worstOfInfinite(ConstMatrixView<T> K, ConstMatrixView<T> Z, ConstMatrixView<T> X,
                       int layers) {
  double worst = 0;
  for (Index i = 0; i < K.rows; ++i) {
    for (Index j = 0; j < K.cols; ++j) {
      const double size =
          std::sqrt(inner(Z.row(i), Z.row(i), Z.cols) * inner(X.row(j), X.row(j), X.cols));
      if (size == 0) {
        if (K(i, j) != 0) return std::numeric_limits<double>::infinity();
        continue;
      }
      const auto expected =
          static_cast<double>(kernelOf(angleOf(Z.row(i), X.row(j), X.cols), layers));
      const double error = std::fabs(static_cast<double>(K(i, j)) / size - expected);
      if (!(error <= worst)) worst = error;
    }
  }
  return worst / kEps<T>;
}

template <class T>
void checkInfinite() {
  Control control;
  for (const Index n : {Index{9}, Index{300}}) {
    const auto X = awkwardRows<T>(n, 12), Z = gaussian<T>(40, 12, 22);
    for (int layers = 0; layers < 5; ++layers) {
      OwnedMatrix<T> own(n, n), cross(40, n);
      const auto compute = [&](ConstMatrixView<T> rows, MatrixView<T> K) {
        if (layers >= 2) return deepNtk<T>(rows, X.view(), layers, K, control);
        const auto trained = layers == 0 ? TrainedLayers::kFirst : TrainedLayers::kBoth;
        infiniteNtk<T>(rows, X.view(), trained, K, control);
      };
      compute(X.view(), own.view());
      compute(Z.view(), cross.view());
      const double bound = 16 + 8 * layers;
      CHECK(worstOfInfinite<T>(own.view(), X.view(), X.view(), layers) < bound);
      CHECK(worstOfInfinite<T>(cross.view(), Z.view(), X.view(), layers) < bound);
      CHECK_EQUAL(largestGap(own.view(), own.view()), 0.0);
    }
  }
}

TEST(infiniteKernelsAreTheirFormulasAtEveryAngle) {
  checkInfinite<double>();
  checkInfinite<float>();
}

// Rows that point the same way are multiplied about their mean.
TEST(kernelsOfRowsThatAreAlikeKeepTheirAngles) {
  Control control;
  auto X = gaussian(300, 12, 23, 1e-4);
  for (double& element : X.elements()) element += 1;
  OwnedMatrix<double> K(300, 300);
  infiniteNtk<double>(X.view(), X.view(), TrainedLayers::kFirst, K.view(), control);
  CHECK(worstOfInfinite<double>(K.view(), X.view(), X.view(), 0) < 16);
}

TEST(kernelsThatOverflowAreRefused) {
  Control control;
  const auto X = gaussian(20, 5, 24, 1e160);
  OwnedMatrix<double> K(20, 20);
  CHECK_ERROR(ErrorCode::kNotFinite, "its scale overflows",
              infiniteNtk<double>(X.view(), X.view(), TrainedLayers::kBoth, K.view(), control));
}

// Unit by unit, by the definition in empirical_ntk.hpp.
template <class T>
double empiricalOf(const T* z, const T* x, ConstMatrixView<T> W, Index width, bool both) {
  double shared = 0, activations = 0;
  for (Index r = 0; r < width; ++r) {
    const double a = inner(W.row(r), z, W.cols), b = inner(W.row(r), x, W.cols);
    if (a <= 0 || b <= 0) continue;
    shared += 1;
    activations += a * b;
  }
  return (inner(z, x, W.cols) * shared + (both ? activations : 0)) / static_cast<double>(width);
}

template <class T>
void checkEmpirical(const UnitWeights<T>& units, ConstMatrixView<T> W, double bound) {
  Control control;
  const auto X = gaussian<T>(210, 7, 31), Z = gaussian<T>(13, 7, 32);
  const std::vector<Index> widths{1, 63, 64, 1200, 1300};
  for (const TrainedLayers trained : {TrainedLayers::kFirst, TrainedLayers::kBoth}) {
    for (const bool symmetric : {true, false}) {
      const ConstMatrixView<T> rows = symmetric ? X.view() : Z.view();
      const ConstMatrixView<T> columns = X.view();
      std::vector<OwnedMatrix<T>> results;
      std::vector<MatrixView<T>> views;
      for (std::size_t k = 0; k < widths.size(); ++k) {
        results.emplace_back(rows.rows, columns.rows);
        views.push_back(results.back().view());
      }
      empiricalNtk<T>(rows, symmetric ? rows : columns, units, trained, widths, views, control);
      Index wrong = 0;
      for (std::size_t k = 0; k < widths.size(); ++k) {
        for (Index i = 0; i < rows.rows; i += 11) {
          for (Index j = 0; j < columns.rows; j += 7) {
            const double expected = empiricalOf(rows.row(i), columns.row(j), W, widths[k],
                                                trained == TrainedLayers::kBoth);
            wrong += !(std::fabs(static_cast<double>(views[k](i, j)) - expected) < bound * 40);
          }
        }
      }
      CHECK_EQUAL(wrong, 0);
    }
  }
  NtkSize size{1300, 7, 223};
  const Index gates = empiricalNtkWorkspace<T>(size);
  CHECK(gates > 223 * 1300 / 8);
  size.masked = true;
  const Index masked = empiricalNtkWorkspace<T>(size);
  size.keepsActivations = true;
  CHECK(masked > gates);
  CHECK(empiricalNtkWorkspace<T>(size) > masked);
}

TEST(empiricalKernelsAreThoseOfPlainLoops) {
  const DrawnNetwork<double> network(1300, 7, 2, 9);
  checkEmpirical<double>(UnitWeights<double>(network.view().weights), network.view().weights,
                         1e-14);
  // Drawn when they are needed: the same weights.
  checkEmpirical<double>(UnitWeights<double>(9, 1, 1300, 7), network.view().weights, 1e-14);
  const DrawnNetwork<float> single(1300, 7, 2, 9);
  checkEmpirical<float>(UnitWeights<float>(single.view().weights), single.view().weights, 1e-6);
}

TEST(kernelsBetweenOutputsAreThoseOfPlainLoops) {
  constexpr Index kOutputs = 3, kWidth = 150;
  const DrawnNetwork<double> network(kWidth, 7, kOutputs, 9);
  const ConstMatrixView<double> W = network.view().weights, A = network.view().signs;
  const auto X = gaussian(130, 7, 33), Z = gaussian(10, 7, 34);
  Control control;
  for (const bool symmetric : {true, false}) {
    const ConstMatrixView<double> rows = symmetric ? X.view() : Z.view(), columns = X.view();
    OwnedMatrix<double> K(rows.rows * kOutputs, columns.rows * kOutputs);
    outputNtk<double>(rows, symmetric ? rows : columns, UnitWeights<double>(W), A, K.view(),
                      control);
    Index wrong = 0;
    for (Index a = 0; a < K.rows(); a += 7) {
      for (Index b = 0; b < K.cols(); b += 5) {
        const double* const z = rows.row(a / kOutputs);
        const double* const x = columns.row(b / kOutputs);
        double sum = 0;
        for (Index r = 0; r < kWidth; ++r) {
          if (inner(W.row(r), z, 7) > 0 && inner(W.row(r), x, 7) > 0) {
            sum += A(r, a % kOutputs) * A(r, b % kOutputs);
          }
        }
        const double expected = inner(z, x, 7) * sum / static_cast<double>(kWidth);
        wrong += !(std::fabs(K.view()(a, b) - expected) < 1e-13);
      }
    }
    CHECK_EQUAL(wrong, 0);
  }
}

TEST(kernelsOfGivenGatesAreTheEmpiricalOnes) {
  const DrawnNetwork<double> network(700, 7, 1, 9);
  const auto X = gaussian(250, 7, 35);
  Control control;
  OwnedMatrix<double> counted(250, 250), scaled(250, 250);
  CHECK(timeGivenGates<double>(X.view(), network.view().weights, false, counted.view(), control) >
        0);
  CHECK(timeGivenGates<double>(X.view(), network.view().weights, true, scaled.view(), control) > 0);
  Index wrong = 0;
  for (Index i = 0; i < 250; i += 3) {
    for (Index j = 0; j < 250; j += 7) {
      const double* const a = X.view().row(i);
      const double* const b = X.view().row(j);
      const double expected = empiricalOf(a, b, network.view().weights, 700, false);
      wrong += !(std::fabs(scaled.view()(i, j) - expected) < 1e-12);
      wrong += !(std::fabs(counted.view()(i, j) * inner(a, b, 7) / 700 - expected) < 1e-12);
    }
  }
  CHECK_EQUAL(wrong, 0);
  CHECK(givenGatesWorkspace<double>(250, 700, 7) > 250 * 700 / 8);
}

TEST(predictionsAreThoseOfPlainLoops) {
  const DrawnNetwork<double> network(70, 7, 3);
  const auto X = gaussian(300, 7, 36);
  OwnedMatrix<double> F(300, 3);
  Control control;
  predict<double>(network.view(), X.view(), F.view(), control);
  for (Index i = 0; i < 300; i += 13) {
    const std::vector<double> f = outputsOf(network.view(), X.view().row(i));
    for (Index k = 0; k < 3; ++k) {
      CHECK(std::fabs(F.view()(i, k) - f[static_cast<std::size_t>(k)]) < 1e-13);
    }
  }
  Index open = 0;
  OwnedMatrix<double> signs = copyOf(network.view().signs);
  for (const double sign : signs.elements()) open += sign > 0;
  CHECK(open > 70 && open < 140);
}

}  // namespace
}  // namespace ntkit
