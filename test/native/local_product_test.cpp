// Products within a task against plain loops, at the edges of blocks and of panels.
#include "local_product.hpp"

#include "check.hpp"
#include "naive.hpp"

using namespace ntkit;
using namespace ntkit::test;

namespace {

// |C - expected| over k eps |A||B|, at most, and elements beside C that changed: C lies in the
// middle of a larger matrix.
template <class T>
struct Outcome {
  double error = 0;
  Index touched = 0;

  void join(const Outcome& other) {
    error = std::max(error, other.error);
    touched += other.touched;
  }
};

template <class T>
Outcome<T> tryProduct(Index m, Index k, Index p, Op op, Into into) {
  constexpr Index kMargin = 3;
  const auto A = gaussian<T>(m, k, 1);
  const auto B = op == Op::kNone ? gaussian<T>(k, p, 2) : gaussian<T>(p, k, 2);
  auto around = gaussian<T>(m + 2 * kMargin, p + 2 * kMargin, 3);
  const auto before = copyOf<T>(around.view());
  multiplyHere<T>(A.view(), op, B.view(), into, around.view().block(kMargin, m, kMargin, p));
  Outcome<T> outcome;
  for (Index i = 0; i < around.rows(); ++i) {
    for (Index j = 0; j < around.cols(); ++j) {
      const Index row = i - kMargin, col = j - kMargin;
      if (row < 0 || row >= m || col < 0 || col >= p) {
        outcome.touched += around.view()(i, j) != before.view()(i, j);
        continue;
      }
      double sum = into == Into::kAdd ? static_cast<double>(before.view()(i, j)) : 0;
      double size = std::fabs(sum);
      for (Index l = 0; l < k; ++l) {
        const T b = op == Op::kNone ? B.view()(l, col) : B.view()(col, l);
        const double product = static_cast<double>(A.view()(row, l)) * static_cast<double>(b);
        sum += product;
        size += std::fabs(product);
      }
      const double gap = std::fabs(static_cast<double>(around.view()(i, j)) - sum);
      const double bound = static_cast<double>(k + 1) * kEps<T> * size;
      outcome.error = std::max(outcome.error, gap / std::max(bound, kEps<T>));
    }
  }
  return outcome;
}

template <class T>
void productsAreThoseOfPlainLoops() {
  struct Shape {
    Index m, k, p;
  };
  Outcome<T> worst;
  for (const Shape s : {Shape{1, 1, 1}, Shape{13, 7, 16}, Shape{12, 256, 256}, Shape{25, 257, 33},
                        Shape{257, 300, 259}, Shape{300, 513, 10}, Shape{5, 0, 4}}) {
    for (const Op op : {Op::kNone, Op::kTranspose}) {
      for (const Into into : {Into::kStore, Into::kAdd}) {
        worst.join(tryProduct<T>(s.m, s.k, s.p, op, into));
      }
    }
  }
  CHECK(worst.error <= 1);
  CHECK_EQUAL(worst.touched, 0);
}

}  // namespace

TEST(products_within_a_task_are_those_of_plain_loops) {
  productsAreThoseOfPlainLoops<double>();
  productsAreThoseOfPlainLoops<float>();
}

TEST(bits_of_a_product_are_those_of_its_row_and_its_column) {
  const auto A = gaussian(40, 600, 1), B = gaussian(600, 70, 2);
  OwnedMatrix<double> transposed(70, 600), whole(40, 70), parts(40, 70), across(40, 70);
  for (Index k = 0; k < 600; ++k) {
    for (Index j = 0; j < 70; ++j) transposed.view()(j, k) = B.view()(k, j);
  }
  multiplyHere<double>(A.view(), Op::kNone, B.view(), Into::kStore, whole.view());
  // Few rows take another way than many, and columns to be turned another than others.
  for (const Index few : {Index{8}, Index{13}, Index{16}}) {
    for (Index i = 0; i < 40; i += few) {
      const Index count = std::min<Index>(few, 40 - i);
      const auto rows = A.view().rowBlock(i, count);
      multiplyHere<double>(rows, Op::kNone, B.view(), Into::kStore,
                           parts.view().rowBlock(i, count));
      multiplyHere<double>(rows, Op::kTranspose, transposed.view(), Into::kStore,
                           across.view().rowBlock(i, count));
    }
    CHECK_EQUAL(largestGap(whole.view(), parts.view()), 0);
    CHECK_EQUAL(largestGap(whole.view(), across.view()), 0);
  }
}

TEST(what_is_added_to_is_rounded_once) {
  constexpr Index kInner = 100;
  OwnedMatrix<double> A(20, kInner), B(kInner, 20), C(20, 20);
  A.elements().fill(1);
  B.elements().fill(0.25 * kEps<double>);
  C.elements().fill(1);
  multiplyHere<double>(A.view(), Op::kNone, B.view(), Into::kAdd, C.view());
  CHECK_EQUAL(C.view()(0, 0), 1 + 0.25 * kInner * kEps<double>);
}
