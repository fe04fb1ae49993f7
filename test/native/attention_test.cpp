// Attention: which order of the products is taken, its transpose, products of awkward shapes, and
// the exponentials of every instruction set.
#include "attention.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <vector>

#include "check.hpp"
#include "cpu.hpp"
#include "product.hpp"
#include "random.hpp"
#include "rows.hpp"

namespace ntkit {
namespace {

OwnedMatrix<double> gaussian(Index rows, Index cols, std::uint64_t seed) {
  OwnedMatrix<double> matrix(rows, cols);
  fillGaussian({seed, 9}, 0, 1, matrix.view().data, rows * cols);
  return matrix;
}

double largestDifference(ConstMatrixView<double> A, ConstMatrixView<double> B) {
  double largest = 0;
  for (Index i = 0; i < A.rows; ++i) {
    for (Index j = 0; j < A.cols; ++j) largest = std::max(largest, std::fabs(A(i, j) - B(i, j)));
  }
  return largest;
}

TEST(theMomentIsFormedExactlyWhenRowsAttendToThemselvesAndInputsAreFewer) {
  for (const Index layers : {1, 2, 5}) {
    for (const Index n : {1, 2, 100, 784, 5000}) {
      for (const Index d : {1, 2, 99, 100, 101, 784, 3072}) {
        const bool moment = cheaperOrder({n, d, true, 0, layers}) == AttentionOrder::kMoment;
        CHECK_EQUAL(moment, d <= n);
      }
    }
  }
}

TEST(fewQueriesOfALargeContextGoByScores) {
  CHECK(cheaperOrder({5000, 784, false, 1}) == AttentionOrder::kScores);
  CHECK(cheaperOrder({5000, 784, false, 100}) == AttentionOrder::kScores);
  CHECK(cheaperOrder({5000, 784, false, 1000}) == AttentionOrder::kMoment);
  // Many queries pay for the moment even when inputs are more than points, up to 2 n.
  CHECK(cheaperOrder({1000, 1900, false, 1000000}) == AttentionOrder::kMoment);
  CHECK(cheaperOrder({1000, 2100, false, 1000000}) == AttentionOrder::kScores);
}

TEST(theOrderTakenHasTheFewerOperationsCountedOneByOne) {
  for (const Index n : {3, 10, 40, 200}) {
    for (const Index d : {3, 10, 40, 200}) {
      for (const Index q : {1, 5, 30, 300}) {
        // Twice the multiplications: C by one triangle, then Z C; Z X^T, then that times X.
        const Index moment = n * d * d + 2 * q * d * d, scores = 2 * q * n * d + 2 * q * n * d;
        if (moment == scores) continue;
        CHECK_EQUAL(cheaperOrder({n, d, false, q}) == AttentionOrder::kMoment, moment < scores);
      }
    }
  }
}

TEST(attentionAndItsTransposeAreAdjoint) {
  for (const Index n : {5, 40}) {
    for (const bool projected : {false, true}) {
      constexpr Index d = 12, q = 7;
      const auto X = gaussian(n, d, 1), Z = gaussian(q, d, 2), W = gaussian(q, d, 3);
      AttentionOptions options;
      options.normalized = false;
      if (projected) options.projectionSeed = 4;
      Control control;
      for (const Index queries : {Index{1}, Index{1000}}) {
        const AttentionContext<double> context(X.view(), options, 0, {n, d, false, queries},
                                               control);
        OwnedMatrix<double> forth(q, d), back(q, d);
        context.apply(Z.view(), forth.view());
        context.applyTransposed(W.view(), back.view());
        for (Index i = 0; i < q; ++i) {
          const double left = dot(W.view().row(i), forth.view().row(i), d);
          const double right = dot(back.view().row(i), Z.view().row(i), d);
          CHECK(std::fabs(left - right) <= 1e-11 * (1 + std::fabs(left)));
        }
        OwnedMatrix<double> pooled(q, d);
        context.attend(Z.view(), 1, false, pooled.view(), control);
        CHECK(largestDifference(pooled.view(), forth.view()) <= 1e-10);
      }
    }
  }
}

// Rows, columns and inner dimensions at the edges of the blocks in which products are cut.
TEST(productsOfAwkwardShapesAreThoseOfPlainLoops) {
  for (const Index rows : {1, 7, 257, 600}) {
    for (const Index cols : {1, 9, 130, 300}) {
      for (const Index inner : {1, 5, 70}) {
        const auto A = gaussian(rows, inner, 5), B = gaussian(inner, cols, 6);
        OwnedMatrix<double> transposed(cols, inner), expected(rows, cols), C(rows, cols);
        for (Index i = 0; i < rows; ++i) {
          for (Index j = 0; j < cols; ++j) {
            double sum = 0;
            for (Index k = 0; k < inner; ++k) sum += A.view()(i, k) * B.view()(k, j);
            expected.view()(i, j) = 2 * sum;
          }
        }
        for (Index k = 0; k < inner; ++k) {
          for (Index j = 0; j < cols; ++j) transposed.view()(j, k) = B.view()(k, j);
        }
        Control control;
        Index done = 0;
        const RowsDone<double> count = [&](MatrixView<double> finished) {
          static std::mutex mutex;
          const std::lock_guard lock(mutex);
          CHECK_EQUAL(finished.cols, cols);
          done += finished.rows;
        };
        multiply<double>(2, A.view(), Op::kNone, B.view(), C.view(), control, count);
        CHECK(largestDifference(C.view(), expected.view()) <= 1e-11);
        CHECK_EQUAL(done, rows);
        C.elements().fill(-1);
        multiply<double>(2, A.view(), Op::kTranspose, transposed.view(), C.view(), control);
        CHECK(largestDifference(C.view(), expected.view()) <= 1e-11);
      }
    }
  }
}

// Long enough to be taken in parts of the inner dimension.
TEST(productsOfLongRowsAddTheirParts) {
  constexpr Index kRows = 512, kCols = 3072, kInner = 1300;
  OwnedMatrix<float> A(kRows, kInner), B(kInner, kCols), C(kRows, kCols);
  A.elements().fill(1);
  for (Index k = 0; k < kInner; ++k) std::fill_n(B.view().row(k), kCols, static_cast<float>(k));
  Control control;
  multiply<float>(1, A.view(), Op::kNone, B.view(), C.view(), control);
  const float sum = kInner * (kInner - 1) / 2;
  CHECK_EQUAL(std::count(C.elements().begin(), C.elements().end(), sum), kRows * kCols);
}

TEST(blocksAreEqualAndCoverTheirSize) {
  for (const Index size : {1, 7, 8, 9, 255, 256, 257, 5000, 60001}) {
    for (const Index most : {8, 256, 512}) {
      const Index block = equalBlock(size, most);
      CHECK(block >= 1 && block <= most);
      CHECK_EQUAL((size + block - 1) / block <= (size + most - 1) / most, true);
    }
  }
}

template <class T>
struct SoftmaxSet {
  const char* name;
  SoftmaxUpdate<T> update;
};

template <class T>
std::vector<SoftmaxSet<T>> softmaxSets() {
  std::vector<SoftmaxSet<T>> sets{{"portable", softmaxPortable}};
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2")) sets.push_back({"avx2", softmaxAvx2});
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq")) {
    sets.push_back({"avx512", softmaxAvx512});
  }
#endif
  return sets;
}

// Scores in two parts of all lengths: every set has the bits of the first, and the values of libm.
template <class T>
void checkSoftmax() {
  for (Index length = 1; length <= 70; ++length) {
    std::vector<T> scores(static_cast<std::size_t>(length));
    for (std::size_t j = 0; j < scores.size(); ++j) {
      scores[j] = static_cast<T>(40 * (randomUniform({7, 9}, 100 * scores.size() + j) - 0.5));
    }
    const Index first = length / 3;
    std::vector<T> expected;
    SoftmaxRow<T> expectedRow;
    for (const auto& [name, update] : softmaxSets<T>()) {
      std::vector<T> values = scores;
      SoftmaxRow<T> row;
      if (first > 0) update(values.data(), first, row);
      const T factor = update(values.data() + first, length - first, row);
      const T largest = *std::max_element(scores.begin(), scores.end());
      CHECK_EQUAL(row.largest, largest);
      double sum = 0;
      for (Index j = 0; j < length; ++j) {
        const double share = std::exp(static_cast<double>(scores[static_cast<std::size_t>(j)]) -
                                      static_cast<double>(largest));
        const double value = static_cast<double>(values[static_cast<std::size_t>(j)]) *
                             (j < first ? static_cast<double>(factor) : 1);
        const double error = std::fabs(value - share) / share;
        // The difference of two scores is rounded before its exponential is taken.
        CHECK(error <= 50 * static_cast<double>(std::numeric_limits<T>::epsilon()));
        sum += share;
      }
      CHECK(std::fabs(row.sum - sum) <=
            50 * sum * static_cast<double>(std::numeric_limits<T>::epsilon()));
      if (expected.empty()) {
        expected = values;
        expectedRow = row;
      }
      CHECK(expected == values);
      CHECK_EQUAL(row.sum, expectedRow.sum);
    }
  }
}

TEST(softmaxOfEverySetIsThatOfLibm) {
  checkSoftmax<double>();
  checkSoftmax<float>();
}

TEST(softmaxOfNoNumberIsNoNumber) {
  for (const auto& [name, update] : softmaxSets<double>()) {
    std::vector<double> scores{1, std::nan(""), 2};
    SoftmaxRow<double> row;
    update(scores.data(), 3, row);
    CHECK(std::isnan(row.sum));
  }
}

}  // namespace
}  // namespace ntkit
