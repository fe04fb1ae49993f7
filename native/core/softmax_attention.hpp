// Softmax attention, what linearized attention is the linear term of:
//
//   out = softmax(Q K^T / temperature) V,  Q = Z W_Q (q x d), K = X W_K, V = X W_V (n x d)
//
// without projections Q = Z, K = V = X; softmax by rows. The default temperature of attention is
// sqrt(d). Rows of `out` are scaled to unit norm when `normalized`.
//
// The q x n scores are not held: a block of rows passes over the keys in blocks of its own and
// keeps the largest score and the sum so far (Milakov and Gimelshein, arXiv 1805.02867), so that
// exponents are at most 0 whatever the scores. Where Q = K and n <= 2 d they are: they are
// symmetric, and half of their products is a quarter of the work. Same bits either way. Blocks are
// cut by shape and passed in order: same bits at any thread count. Error: that of the scores,
// |z||x| d eps / temperature, since exp turns an absolute error into a relative one.
#pragma once

#include <optional>

#include "control.hpp"
#include "matrix_view.hpp"
#include "memory.hpp"

namespace ntkit {

struct SoftmaxOptions {
  double temperature = 1;
  bool normalized = true;
  std::optional<std::uint64_t> projectionSeed;
};

// out (q x d) must not overlap Z or X.
template <class T>
void softmaxAttention(ConstMatrixView<T> X, ConstMatrixView<T> Z, const SoftmaxOptions& options,
                      MatrixView<T> out, Control& control);

// Adds the workspace that softmaxAttention takes, at most; `itself` when Z is X.
template <class T>
void addSoftmaxWorkspace(MemoryEstimate& estimate, Index points, Index inputs, Index queries,
                         bool itself, const SoftmaxOptions& options);

}  // namespace ntkit
