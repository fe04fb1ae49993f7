// The two stages of a reduction to tridiagonal form, against LAPACK's eigenvalues.
#include <cmath>
#include <thread>
#include <vector>

#include "band_reduction.hpp"
#include "blas.hpp"
#include "bulge_chasing.hpp"
#include "check.hpp"
#include "naive.hpp"
#include "threads_of.hpp"

namespace ntkit {
namespace {

using test::distance, test::gaussian, test::kSanitized, test::lowerOnly, test::ThreadsOf;

// Of the lower triangle, in ascending order.
std::vector<double> eigenvaluesOf(ConstMatrixView<double> A) {
  auto copy = test::copyOf(A);
  std::vector<double> values(static_cast<std::size_t>(A.rows));
  CHECK_EQUAL(blas::syevd(copy.view(), false, values.data()), 0);
  return values;
}

template <Index kBand>
OwnedMatrix<double> denseOf(BandMatrix<kBand>& band) {
  OwnedMatrix<double> dense(band.order(), band.order());
  dense.elements().fill(0);
  for (Index i = 0; i < band.order(); ++i) {
    for (Index j = std::max<Index>(0, i - kBand); j <= i; ++j) dense.view()(i, j) = *band.at(i, j);
  }
  return dense;
}

struct Tridiagonal {
  explicit Tridiagonal(Index n)
      : diagonal(static_cast<std::size_t>(n)), offDiagonal(static_cast<std::size_t>(n)) {}

  OwnedMatrix<double> dense() const {
    const auto n = static_cast<Index>(diagonal.size());
    OwnedMatrix<double> matrix(n, n);
    matrix.elements().fill(0);
    for (Index i = 0; i < n; ++i) {
      matrix.view()(i, i) = diagonal[static_cast<std::size_t>(i)];
      if (i > 0) matrix.view()(i, i - 1) = offDiagonal[static_cast<std::size_t>(i - 1)];
    }
    return matrix;
  }

  std::vector<double> diagonal, offDiagonal;
};

template <Index kBand>
Tridiagonal chased(BandMatrix<kBand>& band) {
  Tridiagonal T(band.order());
  Control control;
  chaseBulges(band, T.diagonal.data(), T.offDiagonal.data(), control);
  return T;
}

template <Index kBand>
void checkStages(ConstMatrixView<double> A, double tolerance = 1e-14) {
  const Index n = A.rows;
  const std::vector<double> expected = eigenvaluesOf(A);
  auto destroyed = lowerOnly(A);
  BandMatrix<kBand> band(n);
  Control control;
  reduceToBand(destroyed.view(), band, control);
  double outside = 0;
  for (Index i = 0; i < n; ++i) {
    for (Index j = std::max<Index>(0, i - 2 * kBand + 1); j < i - kBand; ++j) {
      outside += std::fabs(*band.at(i, j));
    }
  }
  CHECK_EQUAL(outside, 0);
  CHECK(distance(eigenvaluesOf(denseOf(band).view()), expected) < tolerance);
  const Tridiagonal T = chased(band);
  CHECK_EQUAL(n == 0 ? 0 : T.offDiagonal.back(), 0);
  CHECK(distance(eigenvaluesOf(T.dense().view()), expected) < tolerance);
}

TEST(bothStagesKeepTheEigenvalues) {
  // Either side of the band, of whole blocks, of blocks of columns and of tiles.
  for (const Index n :
       {1, 2, 3, 15, 16, 17, 18, 32, 33, 34, 47, 48, 49, 63, 64, 65, 97, 130, 250}) {
    const auto A = gaussian(n, n, static_cast<std::uint64_t>(n));
    checkStages<kNarrowBand>(A.view());
    checkStages<kWideBand>(A.view());
  }
}

TEST(theEdgeOfTilesChangesOnTheWay) {
  const auto A = gaussian(820, 820, 10);
  checkStages<kNarrowBand>(A.view(), 5e-14);
  if (!kSanitized) checkStages<kWideBand>(A.view(), 5e-14);
}

TEST(matricesOfLittleAreReducedTooAndNothingIsDivided) {
  const Index n = 100;
  OwnedMatrix<double> A(n, n);
  const auto check = [&](auto&& element) {
    for (Index i = 0; i < n; ++i) {
      for (Index j = 0; j < n; ++j) A.view()(i, j) = element(i, j);
    }
    checkStages<kNarrowBand>(A.view());
    checkStages<kWideBand>(A.view());
  };
  check([](Index, Index) { return 0.0; });
  check([](Index, Index) { return 1.0; });
  check([](Index i, Index j) { return i == j ? 1.0 : 0.0; });
  check([](Index i, Index j) { return i == j ? 2.0 : std::abs(i - j) == 1 ? -1.0 : 0.0; });
  check([](Index i, Index j) { return i + j == 99 ? 1.0 : 0.0; });
  check([](Index i, Index j) { return std::abs(i - j) <= 20 ? 1.0 / (1 + i + j) : 0.0; });
  check([](Index i, Index j) { return std::pow(0.5, static_cast<double>(i + j)); });
}

// A band that no reduction has made: its last block is as full as the others.
template <Index kBand>
void checkFullBand(Index n) {
  BandMatrix<kBand> band(n);
  const auto A = gaussian(n, n, 7);
  for (Index i = 0; i < n; ++i) {
    for (Index j = std::max<Index>(0, i - kBand); j <= i; ++j) *band.at(i, j) = A.view()(i, j);
  }
  const std::vector<double> expected = eigenvaluesOf(denseOf(band).view());
  CHECK(distance(eigenvaluesOf(chased(band).dense().view()), expected) < 1e-14);
}

TEST(bandsBecomeTridiagonal) {
  for (const Index n : {2, 16, 18, 40, 66, 67, 68, 69, 70, 200}) {
    checkFullBand<kNarrowBand>(n);
    checkFullBand<kWideBand>(n);
  }
}

template <Index kBand>
void checkBits(Index n) {
  const auto A = gaussian(n, n, 8);
  std::vector<double> first;
  for (const int count : {1, 2, 5}) {
    const ThreadsOf some(count);
    auto copy = test::copyOf(A.view());
    BandMatrix<kBand> band(n);
    Control control;
    reduceToBand(copy.view(), band, control);
    const Tridiagonal T = chased(band);
    std::vector<double> both = T.diagonal;
    both.insert(both.end(), T.offDiagonal.begin(), T.offDiagonal.end());
    if (first.empty()) first = both;
    CHECK(both == first);
  }
}

TEST(reductionsHaveTheSameBitsAtAnyThreadCount) {
  checkBits<kNarrowBand>(300);
  checkBits<kWideBand>(300);
  checkBits<kNarrowBand>(800);
}

// A band of random elements.
template <Index kBand>
BandMatrix<kBand> randomBand(Index n) {
  BandMatrix<kBand> band(n);
  const auto A = gaussian(n, kBand + 1, 11);
  for (Index i = 0; i < n; ++i) {
    for (Index k = 0; k <= std::min(i, kBand); ++k) *band.at(i, i - k) = A.view()(i, k);
  }
  return band;
}

// Many lanes, more than the last groups have steps for; they end where threads go away, too.
TEST(lanesOfBulgesWaitForNobodyWhoComesLater) {
  const Index n = 1100;
  auto alone = randomBand<kNarrowBand>(n);
  const ThreadsOf one(1);
  const Tridiagonal expected = chased(alone);
  for (const int count : {3, 5, 6, 8}) {
    for (const bool fewer : {false, true}) {
      const ThreadsOf some(count);
      auto band = randomBand<kNarrowBand>(n);
      Tridiagonal T(n);
      Control control;
      std::thread watcher([&] {
        while (control.progress() < 0.2) std::this_thread::yield();
        if (fewer) setThreads(1);
      });
      chaseBulges(band, T.diagonal.data(), T.offDiagonal.data(), control);
      watcher.join();
      CHECK(T.diagonal == expected.diagonal);
      CHECK(T.offDiagonal == expected.offDiagonal);
    }
  }
}

TEST(reductionsAreAborted) {
  const Index n = 200;
  auto A = gaussian(n, n, 9);
  BandMatrix<kWideBand> band(n);
  Tridiagonal T(n);
  Control control;
  control.abort();
  CHECK_ERROR(ErrorCode::kAborted, "", reduceToBand(A.view(), band, control));
  CHECK_ERROR(ErrorCode::kAborted, "",
              chaseBulges(band, T.diagonal.data(), T.offDiagonal.data(), control));
}

}  // namespace
}  // namespace ntkit
