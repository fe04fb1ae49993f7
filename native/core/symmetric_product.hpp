// Products of a symmetric A, of which one triangle alone is read, with one vector or eight: by row
// chunks of equal area, each with sums of its own, added in the order of the chunks. Chunks are cut
// by the order of A alone. Tasks of one step run in any order.
#pragma once

#include "kernels/symmetric_block.hpp"
#include "matrix_view.hpp"

namespace ntkit {

// y = A x by the lower triangle.
class SymmetricProduct {
 public:
  // For orders up to `order`.
  explicit SymmetricProduct(Index order);
  static Index workspace(Index order);  // doubles

  static Index parts(Index n);
  // The part-th task. Then sum() over ranges of elements.
  void part(ConstMatrixView<double> A, const double* x, Index part);
  // out[0 ... count - 1] = elements first ... of y, A of order n.
  void sum(Index n, Index first, Index count, double* out) const;

 private:
  OwnedMatrix<double> sums_;
};

// Y = X A for up to eight rows of X: what is read of A is shared by all. By the strict upper
// triangle it is the product without A's diagonal.
class SymmetricBlockProduct {
 public:
  explicit SymmetricBlockProduct(Index order, Triangle triangle = Triangle::kLower);
  static Index workspace(Index order);  // doubles

  // First over ranges of columns.
  void take(ConstMatrixView<double> X, Index first, Index count);
  // Then each part.
  static Index parts(Index n);
  void part(ConstMatrixView<double> A, Index part);
  // Then over ranges of columns again.
  void sum(MatrixView<double> Y, Index first, Index count) const;

 private:
  struct Range {
    Index first, end;
  };
  Range rowsOf(Index n, Index part) const;
  // Elements of y that a part adds to.
  Range sumsOf(Index n, Index part) const;

  Triangle triangle_;
  OwnedMatrix<double> X_, sums_;  // element (j, vector) at [j * kBlockVectors + vector]
};

}  // namespace ntkit
