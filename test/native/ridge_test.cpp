#include "ridge.hpp"

#include <cmath>
#include <limits>

#include "check.hpp"
#include "local_product.hpp"
#include "random.hpp"

namespace ntkit {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr FactorPrecision kFloat64 = FactorPrecision::kFloat64;
constexpr FactorPrecision kFloat32 = FactorPrecision::kFloat32;

OwnedMatrix<double> diagonalMatrix(Index n, double value) {
  OwnedMatrix<double> K(n, n);
  K.elements().fill(0);
  for (Index i = 0; i < n; ++i) K.view()(i, i) = value;
  return K;
}

// B B^T / d of Gaussian rows: well conditioned once a ridge is added.
OwnedMatrix<double> gramMatrix(Index n, Index d) {
  OwnedMatrix<double> B(n, d), K(n, n);
  fillGaussian({5, 6}, 0, 1 / std::sqrt(static_cast<double>(d)), B.elements().data(), n * d);
  const ConstMatrixView<double> rows = B.view();
  multiplyHere<double>(rows, Op::kTranspose, rows, Into::kStore, K.view());
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < i; ++j) K.view()(j, i) = K.view()(i, j);
  }
  return K;
}

OwnedMatrix<double> copyOf(const OwnedMatrix<double>& A) {
  OwnedMatrix<double> copy(A.rows(), A.cols());
  std::copy_n(A.view().data, A.rows() * A.cols(), copy.view().data);
  return copy;
}

TEST(aFailingPivotIsNamedWithItsPlaceValueAndRidge) {
  for (const Index n : {Index{1}, Index{3}, Index{256}, Index{257}, Index{600}}) {
    for (const Index at : {Index{0}, n / 2, n - 1}) {
      OwnedMatrix<double> K = diagonalMatrix(n, 2);
      K.view()(at, at) = -3;
      Control control;
      const std::string expected = "pivot " + std::to_string(at + 1) + " of " + std::to_string(n) +
                                   " is -2.5 with ridge 0.5";
      CHECK_ERROR(ErrorCode::kNotPositiveDefinite, expected,
                  RidgeFactor(std::move(K), 0.5, kFloat64, control));
    }
  }
}

TEST(aFailingPivotOfACoupledSystemIsNamedToo) {
  // [1 2; 2 1] has the second pivot 1 - 4 = -3, in a later tile than the couple's first row.
  OwnedMatrix<double> K = diagonalMatrix(300, 1);
  K.view()(299, 2) = K.view()(2, 299) = 2;
  Control control;
  CHECK_ERROR(ErrorCode::kNotPositiveDefinite, "pivot 300 of 300 is -3 with ridge 0",
              RidgeFactor(std::move(K), 0, kFloat64, control));
}

TEST(aMatrixThatIsNotSymmetricIsRefused) {
  OwnedMatrix<double> K = diagonalMatrix(300, 1);
  K.view()(299, 2) = 0.25;
  Control control;
  CHECK_ERROR(ErrorCode::kInvalidArgument, "0.25 at row 299, column 2 and 0 across the diagonal",
              RidgeFactor(std::move(K), 1, kFloat64, control));
}

// Around the edges of strips (4, 12, 24) and of tiles (48, 96, 144).
constexpr Index kAwkwardSizes[] = {1, 2, 13, 47, 48, 49, 95, 97, 144, 250, 401, 481};

TEST(rowsAreSolvedToRounding) {
  for (const Index n : kAwkwardSizes) {
    const OwnedMatrix<double> K = gramMatrix(n, 2 * n);
    Control control;
    const RidgeFactor factor(copyOf(K), 0.1, kFloat64, control);
    CHECK_EQUAL(factor.order(), n);
    // Up to 16 rows L is read where it lies.
    for (const Index rows : {Index{1}, Index{13}, Index{16}, Index{17}, Index{50}, Index{70}}) {
      OwnedMatrix<double> B(rows, n), X(rows, n);
      fillGaussian({7, 8}, 0, 1, B.elements().data(), rows * n);
      std::copy_n(B.view().data, rows * n, X.view().data);
      factor.solveRows(X.view(), control);
      double worst = 0;
      for (Index row = 0; row < rows; ++row) {
        for (Index i = 0; i < n; ++i) {
          double fitted = 0.1 * X.view()(row, i);
          for (Index j = 0; j < n; ++j) fitted += X.view()(row, j) * K.view()(j, i);
          worst = std::max(worst, std::fabs(fitted - B.view()(row, i)));
        }
      }
      CHECK(worst < 100 * static_cast<double>(n) * kEpsilon);
    }
  }
}

// The blocks that onSolved names are those of X, each once, final when named.
void solvedBlocksCover(Index rows) {
  constexpr Index n = 250;
  Control control;
  const RidgeFactor factor(gramMatrix(n, 2 * n), 0.1, kFloat64, control);
  OwnedMatrix<double> X(rows, n), seen(rows, n);
  fillGaussian({7, 8}, 0, 1, X.elements().data(), rows * n);
  seen.elements().fill(0);
  factor.solveRows(X.view(), control, [&](Index firstRow, Index count, Index firstCol, Index cols) {
    for (Index i = firstRow; i < firstRow + count; ++i) {
      for (Index j = firstCol; j < firstCol + cols; ++j) {
        seen.view()(i, j) += X.view()(i, j);
      }
    }
  });
  Index different = 0;
  for (Index k = 0; k < rows * n; ++k) different += seen.view().data[k] != X.view().data[k];
  CHECK_EQUAL(different, 0);
}

TEST(solvedBlocksCoverTheResult) {
  solvedBlocksCover(16);
  solvedBlocksCover(70);
}

double residualOf(const OwnedMatrix<double>& K, double ridge, const RidgeSolution& solution,
                  ConstMatrixView<double> Y) {
  const Index n = Y.rows;
  double rest2 = 0, a2 = 0, x2 = 0, y2 = 0;
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j) {
      const double a = K.view()(i, j) + (i == j ? ridge : 0);
      a2 += a * a;
    }
    for (Index k = 0; k < Y.cols; ++k) {
      double rest = Y(i, k) - ridge * solution.alpha.view()(i, k);
      for (Index j = 0; j < n; ++j) rest -= K.view()(i, j) * solution.alpha.view()(j, k);
      rest2 += rest * rest;
      x2 += solution.alpha.view()(i, k) * solution.alpha.view()(i, k);
      y2 += Y(i, k) * Y(i, k);
    }
  }
  return std::sqrt(rest2) / (std::sqrt(a2 * x2) + std::sqrt(y2));
}

TEST(targetsAreSolvedToFloat64WithEitherFactor) {
  for (const FactorPrecision precision : {kFloat64, kFloat32}) {
    for (const Index n : kAwkwardSizes) {
      const OwnedMatrix<double> K = gramMatrix(n, 2 * n);
      // More than the residual takes at a time.
      const Index outputs = n % 2 == 0 ? 11 : 3;
      OwnedMatrix<double> Y(n, outputs);
      fillGaussian({7, 9}, 0, 1, Y.elements().data(), outputs * n);
      Control control;
      const RidgeFactor factor(copyOf(K), 0.1, precision, control);
      const RidgeSolution solution = factor.solve(Y.view(), control);
      const double bound = 5 * static_cast<double>(n) * kEpsilon;
      CHECK(solution.residual < bound);
      CHECK(residualOf(K, 0.1, solution, Y.view()) < bound);
      CHECK((solution.refinements > 0) == (precision == kFloat32));
    }
  }
}

// Rank 30 and a ridge of 1e-7: positive definite in float64, not in float32.
TEST(aMatrixTooNearSingularForFloat32IsRefusedWithAdvice) {
  constexpr Index n = 300;
  Control control;
  CHECK_ERROR(ErrorCode::kNotPositiveDefinite, "try factor 'float64' or a larger ridge",
              RidgeFactor(gramMatrix(n, 30), 1e-7, kFloat32, control));
  const RidgeFactor factor(gramMatrix(n, 30), 1e-7, kFloat64, control);
  CHECK(factor.smallestPivot() > 0);
}

TEST(theInverseDiagonalIsThatOfSolvedUnitVectors) {
  for (const Index n : kAwkwardSizes) {
    Control control;
    RidgeFactor factor(gramMatrix(n, 2 * n), 0.1, kFloat64, control);
    OwnedMatrix<double> inverse = diagonalMatrix(n, 1);
    factor.solveRows(inverse.view(), control);
    const Buffer<double> h = factor.inverseDiagonal(control);
    CHECK_EQUAL(h.size(), n);
    for (Index i = 0; i < n; ++i) CHECK(std::fabs(h[i] / inverse.view()(i, i) - 1) < 1e-12);
    // The factor is as it was.
    OwnedMatrix<double> again = diagonalMatrix(n, 1);
    factor.solveRows(again.view(), control);
    Index different = 0;
    for (Index k = 0; k < n * n; ++k) different += again.view().data[k] != inverse.view().data[k];
    CHECK_EQUAL(different, 0);
  }
}

TEST(pivotAndConditionOfADiagonalAreItsOwn) {
  OwnedMatrix<double> K = diagonalMatrix(300, 8);
  K.view()(270, 270) = 0.25;
  Control control;
  const RidgeFactor factor(std::move(K), 0, kFloat64, control);
  OwnedMatrix<double> Y(300, 1);
  Y.elements().fill(1);
  CHECK(std::fabs(factor.smallestPivot() / 0.25 - 1) < 1e-14);
  CHECK(std::fabs(factor.solve(Y.view(), control).condition / 32 - 1) < 1e-14);
  CHECK_EQUAL(factor.ridge(), 0.0);
}

TEST(anAbortStopsTheFactorisation) {
  Control control;
  control.abort();
  CHECK_ERROR(ErrorCode::kAborted, "aborted",
              RidgeFactor(diagonalMatrix(600, 1), 1, kFloat64, control));
}

}  // namespace
}  // namespace ntkit
