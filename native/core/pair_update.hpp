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

 private:
  void pack(ConstMatrixView<double> pairs, Index first, Index count);
  void updateTile(MatrixView<double> A, Index lines, Index tile) const;

  const StripKernel<double>& kernel_ = kernels().strips->of<double>();
  const Index capacity_;        // lines of a strip
  Buffer<double> rows_, cols_;  // strips of V and W in turns, and of W and V
};

}  // namespace ntkit
