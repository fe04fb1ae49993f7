#include "attention.hpp"

#include "blas.hpp"
#include "gram.hpp"
#include "parallel.hpp"
#include "rows.hpp"

namespace ntkit {

using blas::Op;

namespace {
constexpr Index kRowBlock = 128;
}

template <class T>
AttentionContext<T>::AttentionContext(ConstMatrixView<T> X, bool scaled, Control& control)
    : context_(X) {
  if (scaled) {
    double trace = 0;
    for (Index i = 0; i < X.rows; ++i) trace += dot(X.row(i), X.row(i), X.cols);
    if (trace > 0) scale_ = 1 / trace;
  }
  if (X.cols <= X.rows) {
    moment_ = OwnedMatrix<T>(X.cols, X.cols);
    secondMoment<T>(X, moment_.view(), control);
  }
}

template <class T>
void AttentionContext<T>::apply(ConstMatrixView<T> Z, MatrixView<T> out) const {
  const T scale = static_cast<T>(scale_);
  if (moment_.cols() > 0) {
    blas::gemm<T>(Op::kNone, Op::kNone, scale, Z, moment_.view(), 0, out);
    return;
  }
  OwnedMatrix<T> similarity(Z.rows, context_.rows);
  blas::gemm<T>(Op::kNone, Op::kTranspose, scale, Z, context_, 0, similarity.view());
  blas::gemm<T>(Op::kNone, Op::kNone, 1, similarity.view(), context_, 0, out);
}

template <class T>
void linearizedAttention(ConstMatrixView<T> X, ConstMatrixView<T> Z, bool normalized,
                         MatrixView<T> out, Control& control) {
  control.part(0, 0.5);
  const AttentionContext<T> context(X, normalized, control);
  control.part(0.5, 1);
  control.expect(static_cast<double>(Z.rows));
  parallelBlocks(control, Z.rows, kRowBlock, [&](Index first, Index count) {
    const auto rows = out.rowBlock(first, count);
    context.apply(Z.rowBlock(first, count), rows);
    if (normalized) {
      for (Index i = 0; i < count; ++i) normalize(rows.row(i), rows.cols);
    }
    control.advance(static_cast<double>(count));
  });
}

template class AttentionContext<double>;
template class AttentionContext<float>;
template void linearizedAttention(ConstMatrixView<double>, ConstMatrixView<double>, bool,
                                  MatrixView<double>, Control&);
template void linearizedAttention(ConstMatrixView<float>, ConstMatrixView<float>, bool,
                                  MatrixView<float>, Control&);

}  // namespace ntkit
