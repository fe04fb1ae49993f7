// Linearized attention: f_att(Z) = Z X^T X, for queries Z (q x d) attending to a context X (n x d).
// Softmax attention with Q = K = V = identity and exp(a) ~ 1 + a, without its constant term.
//
// With C = X^T X (d x d) it is Z C: O(n d^2 + q d^2) when d <= n, (Z X^T) X otherwise; no n x n
// matrix is formed when d <= n. The context is scaled by 1 / trace(C) = 1 / |X|_F^2 where rows are
// normalised afterwards (the direction does not change and deep stacks do not overflow).
//
// Kernel: f_att(X) f_att(X)^T = G^3 with G = X X^T (Theorem 4.1).
#pragma once

#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

template <class T>
class AttentionContext {
 public:
  // Keeps a view of X when d > n (X must outlive the context), its second moment otherwise.
  AttentionContext(ConstMatrixView<T> X, bool scaled, Control& control);

  // out = scale Z X^T X for a block of rows. out must not overlap Z. Serial: callers cut Z into
  // blocks.
  void apply(ConstMatrixView<T> Z, MatrixView<T> out) const;

  Index dimension() const noexcept { return context_.cols; }

  // Elements of T that a context of this shape holds.
  static Index elements(Index n, Index d) { return d <= n ? d * d : 0; }

 private:
  ConstMatrixView<T> context_;
  OwnedMatrix<T> moment_;
  double scale_ = 1;
};

// out = f_att(Z), rows scaled to unit norm when `normalized`; a row attended to zero stays zero.
template <class T>
void linearizedAttention(ConstMatrixView<T> X, ConstMatrixView<T> Z, bool normalized,
                         MatrixView<T> out, Control& control);

}  // namespace ntkit
