// A step of bulge chasing against products of reflectors by plain loops.
#include <cmath>

#include "bulge_sets.hpp"
#include "check.hpp"

namespace ntkit {
namespace {

using test::BulgeBlock;

template <Index kBand>
using Square = std::vector<std::vector<double>>;

// (I - tau v v^T) A.
template <Index kBand>
Square<kBand> reflected(const BandReflector<kBand>& reflector, Square<kBand> A) {
  for (std::size_t j = 0; j < kBand; ++j) {
    double sum = 0;
    for (std::size_t i = 0; i < kBand; ++i) sum += reflector.v[i] * A[i][j];
    for (std::size_t i = 0; i < kBand; ++i) A[i][j] -= reflector.tau * reflector.v[i] * sum;
  }
  return A;
}

template <Index kBand>
Square<kBand> transposed(const Square<kBand>& A) {
  Square<kBand> result = A;
  for (std::size_t i = 0; i < kBand; ++i) {
    for (std::size_t j = 0; j < kBand; ++j) result[j][i] = A[i][j];
  }
  return result;
}

template <Index kBand>
void checkStep(const test::BulgeSet& set, bool lastRowIsDone) {
  BulgeBlock<kBand> block;
  constexpr auto kSize = static_cast<std::size_t>(kBand);
  Square<kBand> D(kSize, std::vector<double>(kSize)), E = D;
  for (Index i = 0; i < kBand; ++i) {
    for (Index j = 0; j < kBand; ++j) {
      D[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] =
          j <= i ? block.D(i, j) : block.D(j, i);
    }
    // The reflector leaves rows alone that are zero.
    for (Index j = 0; j < kBand && lastRowIsDone; ++j) block.E(i, j) = j == kBand - 1 ? 1 + i : 0;
    for (Index j = 0; j < kBand; ++j) {
      E[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] = block.E(i, j);
    }
  }
  const auto before = block.rows;
  D = reflected<kBand>(block.reflector, D);
  D = reflected<kBand>(block.reflector, transposed<kBand>(D));
  E = reflected<kBand>(block.reflector, E);
  block.chase(*set.kernels);
  E = transposed<kBand>(reflected<kBand>(block.next, transposed<kBand>(E)));

  double worst = 0, touched = 0, orthogonal = 0;
  for (Index i = 0; i < kBand; ++i) {
    for (Index j = 0; j < kBand; ++j) {
      const auto row = static_cast<std::size_t>(i), col = static_cast<std::size_t>(j);
      worst = std::max(worst, std::fabs(block.E(i, j) - E[row][col]));
      if (j <= i) worst = std::max(worst, std::fabs(block.D(i, j) - D[row][col]));
    }
    for (Index j = kBand + i + 1; j < BulgeBlock<kBand>::kStride; ++j) {
      touched += block.E(i, j) != before[static_cast<std::size_t>(i * block.kStride + j)];
    }
    orthogonal += block.next.v[i] * block.next.v[i];
  }
  CHECK(worst < 1e-13);
  CHECK_EQUAL(touched, 0);
  for (Index j = 0; j < kBand - 1; ++j) CHECK_EQUAL(block.E(kBand - 1, j), 0);
  CHECK_EQUAL(block.next.v[kBand - 1], 1);
  if (lastRowIsDone) {
    CHECK_EQUAL(block.next.tau, 0);
  } else {
    CHECK(std::fabs(block.next.tau * orthogonal - 2) < 1e-13);
  }
}

TEST(stepsOfBulgeChasingAreProductsOfReflectors) {
  for (const test::BulgeSet& set : test::bulgeSets()) {
    for (const bool lastRowIsDone : {false, true}) {
      checkStep<kNarrowBand>(set, lastRowIsDone);
      checkStep<kWideBand>(set, lastRowIsDone);
    }
  }
}

}  // namespace
}  // namespace ntkit
