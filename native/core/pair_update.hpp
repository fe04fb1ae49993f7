// A <- A - V^T W - W^T V on the lower triangle of a symmetric A, V and W of a few rows each: the
// update of blocked reductions of symmetric matrices. As one product of twice the depth, so that A
// is passed once.
#pragma once

#include "cpu.hpp"
#include "team.hpp"

namespace ntkit {

class PairUpdate {
 public:
  // For A up to `order` and V and W of `rows` rows.
  PairUpdate(Index order, Index rows);
  static Index workspace(Index order, Index rows);  // doubles

  // pairs: the rows of V and W in turns, from a row of V on; as many columns as A has.
  void apply(MatrixView<double> A, ConstMatrixView<double> pairs, Team& team);

  // Its parts, for those who do more in the same loops. First over ranges of columns of `pairs`,
  // which begin at multiples of kStripMultiple. Then, with as many lines of them as there were
  // rows, each tile of the lower triangle, or `count` rows of A in all of its columns, from a
  // multiple of kMaxStripRows on.
  void pack(ConstMatrixView<double> pairs, Index first, Index count);
  static Index tiles(Index order);
  void updateTile(MatrixView<double> A, Index lines, Index tile) const;
  void updateRows(MatrixView<double> A, Index lines, Index first, Index count) const;

 private:
  const StripKernel<double>& kernel_ = kernels().strips->of<double>();
  const Index capacity_;        // lines of a strip
  Buffer<double> rows_, cols_;  // strips of V and W in turns, and of W and V
};

}  // namespace ntkit
