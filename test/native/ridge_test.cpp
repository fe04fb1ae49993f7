#include "ridge.hpp"

#include <cmath>
#include <limits>

#include "blas.hpp"
#include "check.hpp"
#include "random.hpp"

namespace ntkit {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

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
  blas::gemm<double>(blas::Op::kNone, blas::Op::kTranspose, 1, rows, rows, 0, K.view());
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
                  RidgeFactor(std::move(K), 0.5, control));
    }
  }
}

TEST(aFailingPivotOfACoupledSystemIsNamedToo) {
  // [1 2; 2 1] has the second pivot 1 - 4 = -3, in a later tile than the couple's first row.
  OwnedMatrix<double> K = diagonalMatrix(300, 1);
  K.view()(299, 2) = K.view()(2, 299) = 2;
  Control control;
  CHECK_ERROR(ErrorCode::kNotPositiveDefinite, "pivot 300 of 300 is -3 with ridge 0",
              RidgeFactor(std::move(K), 0, control));
}

TEST(aMatrixThatIsNotSymmetricIsRefused) {
  OwnedMatrix<double> K = diagonalMatrix(300, 1);
  K.view()(299, 2) = 0.25;
  Control control;
  CHECK_ERROR(ErrorCode::kInvalidArgument, "0.25 at row 299, column 2 and 0 across the diagonal",
              RidgeFactor(std::move(K), 1, control));
}

TEST(rowsAreSolvedToRounding) {
  for (const Index n :
       {Index{1}, Index{2}, Index{63}, Index{65}, Index{255}, Index{257}, Index{300}}) {
    const OwnedMatrix<double> K = gramMatrix(n, 2 * n);
    Control control;
    const RidgeFactor factor(copyOf(K), 0.1, control);
    CHECK_EQUAL(factor.order(), n);
    OwnedMatrix<double> B(70, n), X(70, n);
    fillGaussian({7, 8}, 0, 1, B.elements().data(), 70 * n);
    std::copy_n(B.view().data, 70 * n, X.view().data);
    factor.solveRows(X.view(), control);
    double worst = 0;
    for (Index row = 0; row < 70; ++row) {
      for (Index i = 0; i < n; ++i) {
        double fitted = 0.1 * X.view()(row, i);
        for (Index j = 0; j < n; ++j) fitted += X.view()(row, j) * K.view()(j, i);
        worst = std::max(worst, std::fabs(fitted - B.view()(row, i)));
      }
    }
    CHECK(worst < 100 * static_cast<double>(n) * kEpsilon);
    CHECK(factor.relativeResidual(X.view(), B.view()) < 5 * static_cast<double>(n) * kEpsilon);
    // A wrong solution is told from a right one.
    X.view()(69, n - 1) += 1;
    CHECK(factor.relativeResidual(X.view(), B.view()) > 1e-4);
  }
}

TEST(theInverseDiagonalIsThatOfSolvedUnitVectors) {
  for (const Index n : {Index{1}, Index{64}, Index{65}, Index{257}}) {
    Control control;
    const RidgeFactor factor(gramMatrix(n, 2 * n), 0.1, control);
    const Buffer<double> h = factor.inverseDiagonal(control);
    CHECK_EQUAL(h.size(), n);
    OwnedMatrix<double> inverse = diagonalMatrix(n, 1);
    factor.solveRows(inverse.view(), control);
    for (Index i = 0; i < n; ++i) CHECK(std::fabs(h[i] / inverse.view()(i, i) - 1) < 1e-12);
  }
}

TEST(pivotAndConditionOfADiagonalAreItsOwn) {
  OwnedMatrix<double> K = diagonalMatrix(300, 8);
  K.view()(270, 270) = 0.25;
  Control control;
  const RidgeFactor factor(std::move(K), 0, control);
  CHECK(std::fabs(factor.smallestPivot() / 0.25 - 1) < 1e-14);
  CHECK(std::fabs(factor.conditionEstimate(control) / 32 - 1) < 1e-14);
  CHECK_EQUAL(factor.ridge(), 0.0);
}

TEST(anAbortStopsTheFactorisation) {
  Control control;
  control.abort();
  CHECK_ERROR(ErrorCode::kAborted, "aborted", RidgeFactor(diagonalMatrix(600, 1), 1, control));
}

}  // namespace
}  // namespace ntkit
