#include "softmax_attention.hpp"

#include "blas.hpp"
#include "cpu.hpp"
#include "parallel.hpp"
#include "product.hpp"
#include "projections.hpp"
#include "rows.hpp"
#include "steps.hpp"

namespace ntkit {
namespace {

using blas::Op;

// Rows and keys of a block of scores: large enough for BLAS, 2 MiB of doubles a thread.
constexpr Index kRows = 256, kKeys = 1024, kLeastRows = 128, kBlocks = 8;

Index rowsOfBlock(Index queries) {
  return equalBlock(queries, std::clamp(blockCount(queries, kBlocks), kLeastRows, kRows));
}

template <class T>
void scale(T* row, Index length, double factor) {
  for (Index j = 0; j < length; ++j) row[j] = static_cast<T>(static_cast<double>(row[j]) * factor);
}

// One block of queries against all keys. `scores`: space for rows x min(n, kKeys).
template <class T>
void attendBlock(ConstMatrixView<T> Q, ConstMatrixView<T> K, ConstMatrixView<T> V,
                 const SoftmaxOptions& options, MatrixView<T> out, Control& control) {
  OwnedMatrix<T> space(Q.rows, std::min(K.rows, kKeys));
  Buffer<SoftmaxRow<T>> states(Q.rows);
  states.fill(SoftmaxRow<T>{});
  const auto update = kernels().softmax<T>();
  for (Index first = 0; first < K.rows; first += kKeys) {
    control.checkpoint();
    const Index count = std::min(kKeys, K.rows - first);
    const auto scores = space.view().block(0, Q.rows, 0, count);
    blas::gemm<T>(Op::kNone, Op::kTranspose, static_cast<T>(1 / options.temperature), Q,
                  K.rowBlock(first, count), 0, scores);
    for (Index i = 0; i < Q.rows; ++i) {
      const T factor = update(scores.row(i), count, states[i]);
      if (first > 0 && factor != 1) scale(out.row(i), out.cols, static_cast<double>(factor));
    }
    blas::gemm<T>(Op::kNone, Op::kNone, 1, scores, V.rowBlock(first, count), first > 0 ? 1 : 0,
                  out);
  }
  for (Index i = 0; i < Q.rows; ++i) {
    scale(out.row(i), out.cols, 1 / states[i].sum);
    if (options.normalized) normalize(out.row(i), out.cols);
  }
}

}  // namespace

template <class T>
void softmaxAttention(ConstMatrixView<T> X, ConstMatrixView<T> Z, const SoftmaxOptions& options,
                      MatrixView<T> out, Control& control) {
  constexpr double kProjectionShare = 0.3;
  ConstMatrixView<T> Q = Z, K = X, V = X;
  OwnedMatrix<T> ownQ, ownK, ownV;
  Steps steps(control, 1);
  if (options.projectionSeed) {
    steps.next(kProjectionShare);
    Steps products(control, 3);
    const Projections<T> weights = drawProjections<T>(*options.projectionSeed, 0, X.cols, control);
    const auto project = [&](ConstMatrixView<T>& rows, const OwnedMatrix<T>& by,
                             OwnedMatrix<T>& own) {
      products.next();
      own = OwnedMatrix<T>(rows.rows, rows.cols);
      multiply<T>(1, rows, Op::kNone, by.view(), own.view(), control);
      rows = own.view();
    };
    project(Q, weights.queries, ownQ);
    project(K, weights.keys, ownK);
    project(V, weights.values, ownV);
  }
  steps.next(options.projectionSeed ? 1 - kProjectionShare : 1);
  control.expect(static_cast<double>(Q.rows));
  parallelBlocks(control, Q.rows, rowsOfBlock(Q.rows), [&](Index first, Index count) {
    attendBlock<T>(Q.rowBlock(first, count), K, V, options, out.rowBlock(first, count), control);
    control.advance(static_cast<double>(count));
  });
}

template <class T>
void addSoftmaxWorkspace(MemoryEstimate& estimate, Index points, Index inputs, Index queries,
                         const SoftmaxOptions& options) {
  const Index rows = rowsOfBlock(queries);
  estimate.add(threads() * rows, std::min(points, kKeys), sizeof(T))
      .add(threads() * rows, 1, sizeof(SoftmaxRow<T>));
  if (!options.projectionSeed) return;
  estimate.add(3 * inputs, inputs, sizeof(T)).add(queries + 2 * points, inputs, sizeof(T));
}

#define NTKIT_INSTANTIATE(T)                                                                    \
  template void softmaxAttention(ConstMatrixView<T>, ConstMatrixView<T>, const SoftmaxOptions&, \
                                 MatrixView<T>, Control&);                                      \
  template void addSoftmaxWorkspace<T>(MemoryEstimate&, Index, Index, Index, const SoftmaxOptions&)

NTKIT_INSTANTIATE(double);
NTKIT_INSTANTIATE(float);

#undef NTKIT_INSTANTIATE

}  // namespace ntkit
