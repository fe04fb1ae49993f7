// The parts of the eigensolver: products with one triangle, the tridiagonal solver.
#include "eigh.hpp"

#include <cmath>
#include <vector>

#include "check.hpp"
#include "cpu.hpp"
#include "divide_and_conquer.hpp"
#include "naive.hpp"
#include "parallel.hpp"
#include "random.hpp"
#include "symmetric_product.hpp"

using namespace ntkit;
using ntkit::test::distance;

namespace {

OwnedMatrix<double> gaussianRows(Index rows, Index cols, std::uint64_t stream) {
  OwnedMatrix<double> matrix(rows, cols);
  fillGaussian({1, stream}, 0, 1.0, matrix.view().data, rows * cols);
  return matrix;
}

}  // namespace

TEST(a_symmetric_product_reads_the_lower_triangle_alone) {
  for (const Index n : {1, 2, 5, 6, 7, 50, 401}) {
    auto A = gaussianRows(n, n, 1);
    const auto X = gaussianRows(kBlockVectors, n, 2);
    std::vector<double> expected(static_cast<std::size_t>(kBlockVectors * n));
    for (Index k = 0; k < kBlockVectors; ++k) {
      for (Index i = 0; i < n; ++i) {
        double sum = 0;
        for (Index j = 0; j < n; ++j) {
          sum += (j <= i ? A.view()(i, j) : A.view()(j, i)) * X.view()(k, j);
        }
        expected[static_cast<std::size_t>(k * n + i)] = sum;
      }
    }
    for (Index i = 0; i < n; ++i) {
      for (Index j = i + 1; j < n; ++j) A.view()(i, j) = std::nan("");
    }
    // In two ranges, of which the second starts anywhere.
    const Index third = n / 3;
    std::vector<double> actual(expected.size());
    SymmetricProduct product(n);
    for (Index k = 0; k < kBlockVectors; ++k) {
      for (Index part = SymmetricProduct::parts(n); part-- > 0;) {
        product.part(A.view(), X.view().row(k), part);
      }
      product.sum(n, 0, third, actual.data() + k * n);
      product.sum(n, third, n - third, actual.data() + k * n + third);
    }
    CHECK(distance(actual, expected) < 1e-14);
    SymmetricBlockProduct block(n);
    block.take(X.view(), 0, third);
    block.take(X.view(), third, n - third);
    for (Index part = SymmetricBlockProduct::parts(n); part-- > 0;) block.part(A.view(), part);
    std::fill(actual.begin(), actual.end(), std::nan(""));
    const MatrixView<double> rows{actual.data(), kBlockVectors, n, n};
    block.sum(rows, 0, third);
    block.sum(rows, third, n - third);
    CHECK(distance(actual, expected) < 1e-14);
  }
}

TEST(the_strict_upper_triangle_makes_the_product_without_the_diagonal) {
  for (const Index n : {1, 2, 3, 5, 50, 67, 200, 401}) {
    for (const Index vectors : {Index{1}, Index{3}, kBlockVectors}) {
      auto A = gaussianRows(n, n, 1);
      const auto X = gaussianRows(vectors, n, 2);
      std::vector<double> expected(static_cast<std::size_t>(vectors * n));
      for (Index k = 0; k < vectors; ++k) {
        for (Index i = 0; i < n; ++i) {
          double sum = 0;
          for (Index j = 0; j < n; ++j) {
            if (j != i) sum += A.view()(std::min(i, j), std::max(i, j)) * X.view()(k, j);
          }
          expected[static_cast<std::size_t>(k * n + i)] = sum;
        }
      }
      for (Index i = 0; i < n; ++i) {
        for (Index j = 0; j <= i; ++j) A.view()(i, j) = std::nan("");
      }
      std::vector<double> actual(expected.size());
      const MatrixView<double> Y{actual.data(), vectors, n, n};
      SymmetricBlockProduct product(n, Triangle::kStrictUpper);
      product.take(X.view(), 0, n);
      for (Index part = SymmetricBlockProduct::parts(n); part-- > 0;) product.part(A.view(), part);
      product.sum(Y, 0, n / 3);
      product.sum(Y, n / 3, n - n / 3);
      CHECK(distance(actual, expected) <= 1e-14);
    }
  }
}

TEST(rows_of_a_symmetric_matrix_have_the_same_bits_on_every_instruction_set) {
  const Index n = 101;
  const auto A = gaussianRows(n, n, 3), x = gaussianRows(1, n, 4);
  std::vector<double> portable(101, 0.5), chosen(101, 0.5);
  symmetricRowsPortable(A.view().data, n, 3, n, x.view().data, portable.data());
  kernels().symmetricRows(A.view().data, n, 3, n, x.view().data, chosen.data());
  CHECK(portable == chosen);
}

TEST(second_differences_have_their_known_eigenvalues) {
  Control control;
  for (const Index n : {1, 2, 3, 48, 49, 97, 300}) {
    const auto size = static_cast<std::size_t>(n);
    std::vector<double> expected;
    for (Index k = 1; k <= n; ++k) {
      expected.push_back(1 - std::cos(M_PI * static_cast<double>(k) / static_cast<double>(n + 1)));
    }
    for (const Kept kept : {Kept::kVectors, Kept::kEnds}) {
      const Index cols = kept == Kept::kVectors ? n : 2;
      std::vector<double> diagonal(size, 1), offDiagonal(size, -0.5), values;
      OwnedMatrix<double> rows(n, cols), copy(n, cols), secular(n, n);
      const auto order = divideAndConquer(diagonal.data(), offDiagonal.data(), kept,
                                          {rows.view(), copy.view(), secular.view()}, control);
      for (Index k = 0; k < n; ++k) values.push_back(diagonal[static_cast<std::size_t>(order[k])]);
      CHECK(distance(values, expected) < 1e-14);
      // The squares of the first components of the eigenvectors are known too.
      double worst = 0;
      for (Index k = 0; k < n && (kept == Kept::kVectors || n <= 48); ++k) {
        const double angle = M_PI * static_cast<double>(k + 1) / static_cast<double>(n + 1);
        const double known = 2 / static_cast<double>(n + 1) * std::sin(angle) * std::sin(angle);
        const double first = rows.view()(order[k], 0);
        worst = std::max(worst, std::fabs(first * first - known));
      }
      CHECK(worst < 1e-13);
    }
  }
}

TEST(eigenvalues_have_a_size_limit_and_no_other) {
  const Index tooMany = Index{1} << 31;
  CHECK_ERROR(ErrorCode::kSizeLimit, "2^31",
              static_cast<void>(eighWorkspaceBytes(tooMany, 1, false)));
  CHECK_ERROR(ErrorCode::kSizeLimit, "",
              static_cast<void>(eighWorkspaceBytes(tooMany - 1, tooMany - 1, true)));
  // dsyevd's own workspace cannot be counted from order 32767 on.
  const Index n = 40000;
  CHECK(eighWorkspaceBytes(n, n, true) >= 16 * n * n);
  CHECK(eighWorkspaceBytes(n, n, false) < n * n);
  CHECK(eighWorkspaceBytes(n, 10, true) < n * n);
}
