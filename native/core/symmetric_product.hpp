// Y = X A for a symmetric A of which the lower triangle alone is read: by row chunks of equal area,
// each with sums of its own, added in the order of the chunks. Chunks are cut by the order of A
// alone. Several rows of X share what is read of A.
#pragma once

#include "matrix_view.hpp"

namespace ntkit {

class SymmetricProduct {
 public:
  // For orders up to `order` and up to `vectors` rows of X.
  SymmetricProduct(Index order, Index vectors);
  static Index workspace(Index order, Index vectors);  // doubles

  static Index parts(Index n);
  // The part-th task. Tasks run in any order; then sum() over ranges of columns.
  void part(ConstMatrixView<double> A, ConstMatrixView<double> X, Index part);
  // out[0 ... count - 1] = elements first ... of the product's row `vector`, A of order n.
  void sum(Index n, Index vector, Index first, Index count, double* out) const;

 private:
  Index vectors_;
  OwnedMatrix<double> sums_;
};

}  // namespace ntkit
