// x -> x X^T X for a block of rows, with the context X (n x d) packed once, in the order that takes
// the smaller side: through X^T X when d <= n, through X X^T otherwise.
#pragma once

#include "panels.hpp"

namespace ntkit {

template <class T>
class AttentionMap {
 public:
  AttentionMap(ConstMatrixView<T> X, Control& control);

  // Columns of the intermediate product, 0 without one.
  Index similarities() const noexcept { return first_.cols(); }

  // out (paddedColumns(d) columns) = x X^T X, on the calling thread alone. `similarity` has
  // paddedColumns(similarities()) columns.
  void apply(ConstMatrixView<T> x, MatrixView<T> similarity, MatrixView<T> out) const;

  // Elements of T that one of a context of n x d takes, while it is made, too.
  static Index elements(Index n, Index d) {
    const Index padded = paddedColumns(d, kMaxLanes<T>);
    return d <= n ? 2 * d * padded : n * padded + d * paddedColumns(n, kMaxLanes<T>);
  }

 private:
  Panels<T> first_, last_;
};

}  // namespace ntkit
