// Eigenvalues and eigenvectors of whole matrices, by what they have to satisfy; all of them, and
// the largest.
#include <string>

#include "check.hpp"
#include "eigh.hpp"
#include "lanczos.hpp"
#include "naive.hpp"
#include "parallel.hpp"

namespace ntkit {
namespace {

using namespace test;

// The bound on LAPACK's own ratios, over n eps.
constexpr double kLapackRatio = 5;

OwnedMatrix<double> symmetricGaussian(Index n) {
  OwnedMatrix<double> A = gaussian(n, n, 51);
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < i; ++j) A.view()(j, i) = A.view()(i, j);
  }
  return A;
}

OwnedMatrix<double> ofRank(Index n, Index rank) {
  const auto X = gaussian(n, rank, 52);
  OwnedMatrix<double> A(n, n);
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j) A.view()(i, j) = inner(X.view().row(i), X.view().row(j), rank);
  }
  return A;
}

struct Decomposition {
  std::vector<double> values;
  OwnedMatrix<double> vectors;
};

Decomposition decompose(ConstMatrixView<double> A, Index count, bool withVectors) {
  Control control;
  OwnedMatrix<double> copy = copyOf(A);
  Decomposition result{std::vector<double>(static_cast<std::size_t>(count)),
                       OwnedMatrix<double>(withVectors ? A.rows : 0, count)};
  MatrixView<double> vectors = result.vectors.view();
  if (!withVectors) vectors.data = nullptr;
  eigh(copy.view(), {result.values.data(), vectors}, control);
  return result;
}

// The largest of |A v - d v|_1 / (|A|_1 n eps) and |V^T V - I|_max / (n eps).
double ratioOf(ConstMatrixView<double> A, const Decomposition& found) {
  const Index n = A.rows, count = found.vectors.cols();
  const auto V = found.vectors.view();
  const double unit = static_cast<double>(n) * kEps<double>;
  double norm = 0, worst = 0;
  for (Index i = 0; i < n; ++i) {
    double sum = 0;
    for (Index j = 0; j < n; ++j) sum += std::fabs(A(i, j));
    norm = std::max(norm, sum);
  }
  for (Index k = 0; k < count; ++k) {
    double residual = 0;
    for (Index i = 0; i < n; ++i) {
      double sum = -found.values[static_cast<std::size_t>(k)] * V(i, k);
      for (Index j = 0; j < n; ++j) sum += A(i, j) * V(j, k);
      residual += std::fabs(sum);
    }
    worst = std::max(worst, residual / (norm * unit));
    for (Index l = 0; l <= k; ++l) {
      double product = k == l ? -1 : 0;
      for (Index i = 0; i < n; ++i) product += V(i, k) * V(i, l);
      worst = std::max(worst, std::fabs(product) / unit);
    }
  }
  return worst;
}

void checkDecomposition(ConstMatrixView<double> A, Index count) {
  const Decomposition found = decompose(A, count, true);
  const double ratio = ratioOf(A, found);
  CHECK_EQUAL(ratio < kLapackRatio ? "small" : std::to_string(ratio), "small");
  const Decomposition alone = decompose(A, count, false);
  for (std::size_t k = 0; k < found.values.size(); ++k) {
    CHECK(std::fabs(found.values[k] - alone.values[k]) < 1e-12 * std::fabs(found.values[0]));
    CHECK(k == 0 || found.values[k] <= found.values[k - 1]);
  }
}

TEST(everyMatrixIsThatOfItsEigenvectors) {
  // Small orders go to LAPACK, larger ones are reduced in panels.
  for (const Index n : {1, 2, 33, 129, 200}) {
    checkDecomposition(symmetricGaussian(n).view(), n);
    checkDecomposition(ofRank(n, 1).view(), n);
    checkDecomposition(ofRank(n, 20).view(), std::max<Index>(1, n / 2));
  }
}

TEST(theLargestEigenvaluesAreTheFirstOfAll) {
  constexpr Index n = 520;
  CHECK(lanczosPays(n, 1));
  CHECK(!lanczosPays(100, 3));
  for (const Index rank : {5, 40, 520}) {
    if (kSanitized && rank != 40) continue;
    const OwnedMatrix<double> A = ofRank(n, rank);
    const Decomposition all = decompose(A.view(), n, false);
    for (const Index count : {1, 3, 10}) {
      checkDecomposition(A.view(), count);
      const Decomposition few = decompose(A.view(), count, false);
      for (std::size_t k = 0; k < few.values.size(); ++k) {
        CHECK(std::fabs(few.values[k] - all.values[k]) < 1e-12 * all.values[0]);
      }
    }
  }
}

TEST(scalesThatWouldOverflowSquaresDoNot) {
  for (const double scale : {1e-250, 1e250}) {
    const OwnedMatrix<double> A = symmetricGaussian(150);
    OwnedMatrix<double> scaled = copyOf(A.view());
    for (double& element : scaled.elements()) element *= scale;
    const Decomposition plain = decompose(A.view(), 150, true);
    const Decomposition found = decompose(scaled.view(), 150, true);
    for (std::size_t k = 0; k < 150; ++k) {
      CHECK(std::fabs(found.values[k] / scale - plain.values[k]) < 1e-12 * plain.values[0]);
    }
    CHECK(ratioOf(A.view(), {plain.values, copyOf(found.vectors.view())}) < kLapackRatio);
  }
}

TEST(eigenvaluesTooCloseForLanczosAreFoundWithoutIt) {
  // Minus the fourth differences: the largest are 1e-9 of the norm apart.
  constexpr Index n = 600;
  OwnedMatrix<double> A(n, n);
  A.elements().fill(0);
  for (Index i = 0; i < n; ++i) {
    A.view()(i, i) = i == 0 || i == n - 1 ? -5 : -6;
    if (i > 0) A.view()(i, i - 1) = A.view()(i - 1, i) = 4;
    if (i > 1) A.view()(i, i - 2) = A.view()(i - 2, i) = -1;
  }
  const Decomposition found = decompose(A.view(), 2, false);
  for (int k = 1; k <= 2; ++k) {
    const double expected = -std::pow(2 * std::sin(k * M_PI / (2 * (n + 1))), 4);
    CHECK(std::fabs(found.values[static_cast<std::size_t>(k - 1)] - expected) < 1e-13 * 16);
  }
  // It gives up after 1600 blocks.
  if (kSanitized) return;
  CHECK_ERROR(ErrorCode::kNoConvergence, "too close to the others for Lanczos",
              static_cast<void>(decompose(A.view(), 2, true)));
}

TEST(theEigensolverStopsWhenItIsAborted) {
  for (const Index count : {3, 600}) {
    Control control;
    control.abort();
    OwnedMatrix<double> A = ofRank(600, 600), vectors(600, count);
    std::vector<double> values(600);
    CHECK_ERROR(ErrorCode::kAborted, "aborted",
                eigh(A.view(), {values.data(), vectors.view()}, control));
  }
}

}  // namespace
}  // namespace ntkit
