// Attention with its options, softmax attention, and the limits of the machine.
#include "attention.hpp"
#include "check.hpp"
#include "naive.hpp"
#include "probes.hpp"
#include "projections.hpp"
#include "softmax_attention.hpp"

namespace ntkit {
namespace {

using namespace test;

OwnedMatrix<double> times(ConstMatrixView<double> A, ConstMatrixView<double> B) {
  OwnedMatrix<double> C(A.rows, B.cols);
  for (Index i = 0; i < A.rows; ++i) {
    for (Index j = 0; j < B.cols; ++j) {
      double sum = 0;
      for (Index k = 0; k < A.cols; ++k) sum += A(i, k) * B(k, j);
      C.view()(i, j) = sum;
    }
  }
  return C;
}

OwnedMatrix<double> transposed(ConstMatrixView<double> A) {
  OwnedMatrix<double> B(A.cols, A.rows);
  for (Index i = 0; i < A.rows; ++i) {
    for (Index j = 0; j < A.cols; ++j) B.view()(j, i) = A(i, j);
  }
  return B;
}

void toUnitRows(MatrixView<double> A) {
  for (Index i = 0; i < A.rows; ++i) {
    const double size = std::sqrt(inner(A.row(i), A.row(i), A.cols));
    for (Index j = 0; j < A.cols && size > 0; ++j) A(i, j) /= size;
  }
}

// f_att by its definition, a layer after the other.
OwnedMatrix<double> attended(ConstMatrixView<double> X, ConstMatrixView<double> Z,
                             const AttentionOptions& options) {
  Control control;
  OwnedMatrix<double> rows = copyOf(Z), context = copyOf(X);
  for (Index layer = 0; layer < options.layers; ++layer) {
    const auto C = times(transposed(context.view()).view(), context.view());
    OwnedMatrix<double> map = copyOf(C.view());
    if (options.projectionSeed) {
      const auto weights = drawProjections<double>(*options.projectionSeed, layer, X.cols, control);
      const auto keys = times(weights.queries.view(), transposed(weights.keys.view()).view());
      map = times(times(keys.view(), C.view()).view(), weights.values.view());
    }
    const auto through = [&](OwnedMatrix<double>& some) {
      some = times(some.view(), map.view());
      if (options.normalized) toUnitRows(some.view());
    };
    through(rows);
    if (options.stack == AttentionStack::kSelf) through(context);
  }
  return rows;
}

double sizeOf(ConstMatrixView<double> A) {
  double size = 0;
  for (Index i = 0; i < A.rows; ++i) {
    for (Index j = 0; j < A.cols; ++j) size = std::max(size, std::fabs(A(i, j)));
  }
  return size;
}

TEST(attentionIsItsDefinitionWithEveryOption) {
  for (const Index n : {6, 40, 300}) {
    const auto X = gaussian(n, 12, 61, 0.3), Z = gaussian(15, 12, 62, 0.3);
    for (const bool normalized : {true, false}) {
      for (const AttentionStack stack : {AttentionStack::kContext, AttentionStack::kSelf}) {
        for (const Index layers : {1, 2, 3}) {
          for (const bool projected : {false, true}) {
            AttentionOptions options;
            options.normalized = normalized;
            options.layers = layers;
            options.stack = stack;
            if (projected) options.projectionSeed = 5;
            for (const bool itself : {true, false}) {
              const ConstMatrixView<double> rows = itself ? X.view() : Z.view();
              const auto expected = attended(X.view(), rows, options);
              OwnedMatrix<double> out(rows.rows, 12);
              Control control;
              linearizedAttention<double>(X.view(), rows, options, out.view(), control);
              CHECK(largestGap(out.view(), expected.view()) < 1e-11 * sizeOf(expected.view()));
              MemoryEstimate estimate("attention");
              addAttentionWorkspace<double>(estimate, {n, 12, itself, itself ? 0 : 15}, options);
              CHECK(estimate.bytes() > 0);
            }
          }
        }
      }
    }
  }
}

// Of full rank nothing changes; of less, the context has that rank and the best approximation's
// trace.
TEST(attentionOfARankIsThatOfTheLeadingEigenvectors) {
  for (const Index n : {8, 40}) {
    const auto X = gaussian(n, 12, 63), Z = gaussian(30, 12, 64);
    AttentionOptions options;
    options.normalized = false;
    Control control;
    OwnedMatrix<double> whole(30, 12), full(30, 12), one(30, 12);
    linearizedAttention<double>(X.view(), Z.view(), options, whole.view(), control);
    options.rank = 12;
    linearizedAttention<double>(X.view(), Z.view(), options, full.view(), control);
    CHECK(largestGap(whole.view(), full.view()) < 1e-12 * sizeOf(whole.view()));
    options.rank = 1;
    linearizedAttention<double>(X.view(), Z.view(), options, one.view(), control);
    // C_1 = l v v^T: every row is a multiple of v, by l <z, v>; v and l by power iteration.
    const auto C = times(transposed(X.view()).view(), X.view());
    OwnedMatrix<double> v = gaussian(1, 12, 65);
    for (int step = 0; step < 3000; ++step) {
      v = times(v.view(), C.view());
      toUnitRows(v.view());
    }
    const auto image = times(v.view(), C.view());
    const double value = inner(image.view().row(0), v.view().row(0), 12);
    for (Index i = 0; i < 30; ++i) {
      const double share = value * inner(Z.view().row(i), v.view().row(0), 12);
      for (Index j = 0; j < 12; ++j) {
        CHECK(std::fabs(one.view()(i, j) - share * v.view()(0, j)) < 1e-9 * sizeOf(one.view()));
      }
    }
  }
}

TEST(softmaxAttentionIsItsDefinition) {
  for (const Index n : {1, 7, 300}) {
    for (const double temperature : {0.05, 1.0, 4.0}) {
      for (const bool projected : {false, true}) {
        const auto X = gaussian(n, 12, 66), Z = gaussian(70, 12, 67);
        SoftmaxOptions options;
        options.temperature = temperature;
        options.normalized = projected;
        if (projected) options.projectionSeed = 5;
        OwnedMatrix<double> Q = copyOf(Z.view()), K = copyOf(X.view()), V = copyOf(X.view());
        Control control;
        if (projected) {
          const auto weights = drawProjections<double>(5, 0, 12, control);
          Q = times(Q.view(), weights.queries.view());
          K = times(K.view(), weights.keys.view());
          V = times(V.view(), weights.values.view());
        }
        OwnedMatrix<double> expected(70, 12), out(70, 12);
        expected.elements().fill(0);
        for (Index i = 0; i < 70; ++i) {
          std::vector<double> scores;
          for (Index j = 0; j < n; ++j) {
            scores.push_back(inner(Q.view().row(i), K.view().row(j), 12) / temperature);
          }
          const double shift = *std::max_element(scores.begin(), scores.end());
          double total = 0;
          for (double& score : scores) total += score = std::exp(score - shift);
          for (Index j = 0; j < n; ++j) {
            for (Index k = 0; k < 12; ++k) {
              expected.view()(i, k) += scores[static_cast<std::size_t>(j)] / total * V.view()(j, k);
            }
          }
        }
        if (options.normalized) toUnitRows(expected.view());
        softmaxAttention<double>(X.view(), Z.view(), options, out.view(), control);
        CHECK(largestGap(out.view(), expected.view()) < 1e-11);
        MemoryEstimate estimate("softmax");
        addSoftmaxWorkspace<double>(estimate, n, 12, 70, false, options);
        CHECK(estimate.bytes() > 0);
      }
    }
  }
}

// Products of rows with themselves are symmetric: half of them are made where they can be held.
template <class T>
void checkAttentionToItself(Index n, Index d) {
  const auto X = gaussian<T>(n, d, 68);
  const OwnedMatrix<T> copy = copyOf(X.view());
  SoftmaxOptions options;
  options.temperature = std::sqrt(static_cast<double>(d));
  OwnedMatrix<T> itself(n, d), other(n, d);
  Control control;
  softmaxAttention<T>(X.view(), X.view(), options, itself.view(), control);
  CHECK_EQUAL(control.progress(), 1);
  softmaxAttention<T>(X.view(), copy.view(), options, other.view(), control);
  CHECK_EQUAL(largestGap(itself.view(), other.view()), 0);
  MemoryEstimate own("softmax"), apart("softmax");
  addSoftmaxWorkspace<T>(own, n, d, n, true, options);
  addSoftmaxWorkspace<T>(apart, n, d, n, false, options);
  const Index held = static_cast<Index>(sizeof(T)) * n * n;
  CHECK(own.bytes() <= apart.bytes() + held);
  CHECK((own.bytes() == apart.bytes()) == (n > 2 * d));
}

TEST(softmaxAttentionToItselfHasTheBitsOfThatToACopy) {
  for (const auto& [n, d] : {std::pair{24, 12}, {25, 12}, {300, 150}, {1000, 501}}) {
    if (kSanitized && n == 1000) continue;
    checkAttentionToItself<double>(n, d);
    checkAttentionToItself<float>(n, d);
  }
}

TEST(everyLimitOfTheMachineIsAPlausibleRate) {
  Control control;
  const MachineLimits limits = probeMachine(control);
  for (const double rate : {limits.fmaDouble, limits.fmaSingle, limits.bitCounts, limits.read,
                            limits.write, limits.copy, limits.update, limits.firstTouch}) {
    CHECK(rate > 1e6 && rate < 1e18);
  }
  CHECK(probeBytes() > 0);
}

}  // namespace
}  // namespace ntkit
