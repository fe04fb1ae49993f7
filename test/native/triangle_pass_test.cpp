// One pass of a reduction to a band against its definition, by plain loops.
#include "triangle_pass.hpp"

#include <cmath>

#include "check.hpp"
#include "naive.hpp"

namespace ntkit {
namespace {

using test::gaussian, test::kSanitized, test::largestGap, test::lowerOnly;

template <Index kBand>
struct Pair {
  Pair(Index n, std::uint64_t stream)
      : memory(PairFactors<kBand>::workspace(n)), factors(n, memory.data()) {
    const auto rows = gaussian(2 * kBand, n, stream);
    for (Index k = 0; k < 2 * kBand; ++k) {
      for (Index j = 0; j < n; ++j) {
        factors.rows(k, j) = rows.view()(k, j);
        // W above V, and V^T before W^T.
        factors.columns(j, (k + kBand) % (2 * kBand)) = rows.view()(k, j);
      }
    }
  }
  Buffer<double> memory;
  PairFactors<kBand> factors;
};

// The lower triangle of A + V^T W + W^T V.
template <Index kBand>
void update(MatrixView<double> A, const PairFactors<kBand>& pair) {
  for (Index i = 0; i < A.rows; ++i) {
    for (Index j = 0; j <= i; ++j) {
      for (Index k = 0; k < kBand; ++k) {
        A(i, j) += pair.V(k, i) * pair.W(k, j) + pair.W(k, i) * pair.V(k, j);
      }
    }
  }
}

// V A by the lower triangle of A.
template <Index kBand>
OwnedMatrix<double> product(const PairFactors<kBand>& R, ConstMatrixView<double> A, Index order) {
  OwnedMatrix<double> Y(kBand, order);
  for (Index r = 0; r < kBand; ++r) {
    for (Index j = 0; j < order; ++j) {
      double sum = 0;
      for (Index i = 0; i < order; ++i) sum += R.V(r, i) * A(std::max(i, j), std::min(i, j));
      Y.view()(r, j) = sum;
    }
  }
  return Y;
}

double lowerGap(ConstMatrixView<double> A, ConstMatrixView<double> B) {
  double largest = 0;
  for (Index i = 0; i < A.rows; ++i) {
    const double gap = largestGap(A.block(i, 1, 0, i + 1), B.block(i, 1, 0, i + 1));
    if (!(gap <= largest)) largest = gap;
  }
  return largest;
}

// Order `order` of a matrix with kBand rows more; every `ahead`-th part is updated ahead.
template <Index kBand>
void checkPass(Index order, bool updates, Index ahead) {
  const Index n = order + kBand;
  const Pair<kBand> last(n, 1), next(n, 2);
  auto A = lowerOnly(gaussian(n, n, 3).view());
  const auto before = test::copyOf<double>(A.view());
  auto expected = test::copyOf<double>(A.view());
  if (updates) update(expected.view(), last.factors);

  Buffer<double> memory(TrianglePass<kBand>::workspace(n));
  TrianglePass<kBand> pass(A.view(), memory.data());
  pass.begin(order, updates ? &last.factors : nullptr);
  if (updates) {
    const std::atomic<bool> done{true}, notYet{false};
    for (Index part = 0; part < pass.parts(); ++part) pass.updateAhead(part, done);
    CHECK_EQUAL(lowerGap(A.view(), before.view()), 0);
    for (Index part = 0; part < pass.parts(); part += ahead) pass.updateAhead(part, notYet);
    pass.updateRowsBehind();
  }
  for (Index part = pass.parts() - 1; part >= 0; --part) pass.pass(part, next.factors);
  OwnedMatrix<double> Y(kBand, order);
  for (Index block = 0; block < pass.blocks(); ++block) {
    pass.sum(block, Y.view().block(0, kBand, pass.firstOf(block), pass.sizeOf(block)));
  }
  CHECK(lowerGap(A.view(), expected.view()) <= 1e-12);
  const auto wanted = product(next.factors, expected.view(), order);
  CHECK(largestGap(Y.view(), wanted.view()) <= 1e-10);
}

template <Index kBand>
void checkOrders() {
  // One tile, whole ones, some and many parts, and either side of the order where tiles grow.
  for (const Index order : {kBand, Index{96}, Index{160}, Index{480}, Index{768}, Index{800}}) {
    checkPass<kBand>(order, true, 2);
    if (!kSanitized || order < 768) checkPass<kBand>(order, true, 1);
  }
  checkPass<kBand>(160, false, 1);
}

TEST(aPassUpdatesAndMultiplies) {
  checkOrders<kNarrowBand>();
  checkOrders<kWideBand>();
}

}  // namespace
}  // namespace ntkit
