// Linearized attention: f_att(Z) = Z X^T X, for queries Z (q x d) attending to a context X (n x d).
// Softmax attention with Q = K = V = identity and exp(a) ~ 1 + a, without its constant term.
//
// With C = X^T X (d x d) it is Z C: two orders, of which the one with fewer operations is taken.
// Moment: C is formed once, then Z C. Scores: Z X^T is formed, then (Z X^T) X; when Z is X the
// scores are a Gram matrix, half the work. For Z = X the moment wins exactly when d <= n; few
// queries of a large context are cheaper by scores. See cheaperOrder().
//
//   rank r        C is replaced by its best rank-r approximation C_r. d <= n: C_r = V_r L_r V_r^T
//                 from the eigenvectors of C; n < d: C_r = W^T W, W = U_r^T X from those of X X^T
//   projections   z W_Q W_K^T C W_V, W_Q, W_K, W_V d x d of N(0, 1 / d) (v2, Prop. B.4)
//   layers k      stack kContext: every layer attends to X, so that f(Z) = Z C^k and, for Z = X,
//                 f f^T = G^(2k+1), G = X X^T
//                 stack kSelf: layer l attends to its own input, as in a transformer: X_0 = X,
//                 X_(l+1) = X_l X_l^T X_l, Z_(l+1) = Z_l X_l^T X_l, so that f f^T = G^(3^k).
//                 Every layer has projections of its own
//   normalized    the rows are scaled to unit norm after every layer (after each layer of a
//                 transformer comes a normalisation; with kContext it only changes the scale), and
//                 C by 1 / trace(C), so that deep stacks neither overflow nor underflow. A row
//                 attended to zero stays zero
//
// One layer without normalisation: f_att(X) f_att(X)^T = G^3 (Theorem 4.1). Error: that of the BLAS
// products, a few eps trace(C) |z| an element; C of float inputs is a float matrix.
#pragma once

#include <optional>

#include "control.hpp"
#include "matrix_view.hpp"
#include "memory.hpp"

namespace ntkit {

enum class AttentionStack { kContext, kSelf };

struct AttentionOptions {
  bool normalized = true;
  Index layers = 1;
  AttentionStack stack = AttentionStack::kContext;
  std::optional<Index> rank;
  std::optional<std::uint64_t> projectionSeed;
};

// Who attends to a context of `points` rows of `inputs` numbers.
struct AttentionShape {
  Index points, inputs;
  bool itself;       // whether the context's own rows do
  Index queries;     // how many other rows do
  Index layers = 1;  // how often each does
};

enum class AttentionOrder { kMoment, kScores };

// The order with fewer multiplications, for a context given by its keys alone; equal counts go to
// the moment. `itself` counts the symmetric scores once.
AttentionOrder cheaperOrder(const AttentionShape& shape, bool projected = false);

// A context made ready to be attended to.
template <class T>
class AttentionContext {
 public:
  // A plain context that any number of rows will attend to. Keeps a view of X when d > n (X must
  // outlive the context), its second moment otherwise.
  AttentionContext(ConstMatrixView<T> X, bool scaled, Control& control);

  // The context of one layer, in the order that is cheaper for `shape`. X must outlive it.
  AttentionContext(ConstMatrixView<T> X, const AttentionOptions& options, Index layer,
                   AttentionShape shape, Control& control);

  // out = the map of a block of rows, and of its transpose, with which gradients flow back: the
  // same for a plain context, whose C is symmetric. Serial: callers cut Z into blocks. out must not
  // overlap Z.
  void apply(ConstMatrixView<T> Z, MatrixView<T> out) const;
  void applyTransposed(ConstMatrixView<T> Z, MatrixView<T> out) const;

  // out = Z put through the map `layers` times, on the pool; between the layers and after the last
  // the rows are scaled to unit norm when `normalized`. out must not overlap Z.
  void attend(ConstMatrixView<T> Z, Index layers, bool normalized, MatrixView<T> out,
              Control& control) const;

  Index dimension() const noexcept { return dimension_; }

  // Elements of T that a plain context of this shape holds.
  static Index elements(Index n, Index d) { return d <= n ? d * d : 0; }

 private:
  void through(ConstMatrixView<T> Z, Op op, ConstMatrixView<T> keys, ConstMatrixView<T> values,
               MatrixView<T> out) const;
  void truncate(ConstMatrixView<T> X, Index rank, Control& control);
  void formMoment(Control& control);
  void project(std::uint64_t seed, Index layer, Control& control);
  void scaleByTrace(Control& control);
  void attendByMoment(ConstMatrixView<T> Z, Index layers, bool normalized, MatrixView<T> out,
                      Control& control) const;
  void attendByScores(ConstMatrixView<T> Z, Index layers, bool normalized, MatrixView<T> out,
                      Control& control) const;

  Index dimension_;
  double scale_ = 1;
  // The map is scale z M with the moment M, scale (z K^T) V without. Keys and values are X itself
  // in a plain context.
  OwnedMatrix<T> moment_;
  ConstMatrixView<T> keys_, values_;
  OwnedMatrix<T> ownKeys_, ownValues_;
};

// out = f_att(Z), rows scaled to unit norm when options.normalized.
template <class T>
void linearizedAttention(ConstMatrixView<T> X, ConstMatrixView<T> Z,
                         const AttentionOptions& options, MatrixView<T> out, Control& control);

// Adds the workspace that linearizedAttention takes, at most. `shape` as the first layer has it.
template <class T>
void addAttentionWorkspace(MemoryEstimate& estimate, AttentionShape shape,
                           const AttentionOptions& options);

}  // namespace ntkit
