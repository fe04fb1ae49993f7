// Triangular systems with the factor L of a Cholesky factorisation, many right-hand sides at once.
//
// L: n x n, row-major, lower triangle. X: m x n, one right-hand side a row. Column of tiles after
// column of tiles: each is solved, packed, and subtracted from those that follow (right-looking),
// which for the rows of the identity gives L^-T without the zeros. Work is cut by the shapes alone.
// Beside up to 16 rows of X, L is read where it lies: packing it costs as much as their products.
#pragma once

#include <functional>

#include "cholesky.hpp"
#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

// Told of each block of X when its elements are final, on the thread that finished it.
using OnSolved = std::function<void(Index firstRow, Index rows, Index firstCol, Index cols)>;

// A factor as its solves take it: where it lies, which is where it must stay, and its diagonal
// tiles, packed once for all of them. For few right-hand sides packing them took a fifth of a
// solve.
template <class T>
class TriangularFactor {
 public:
  TriangularFactor() = default;
  // Factors A as choleskyLower does.
  TriangularFactor(MatrixView<T> A, Control& control)
      : place_(A), tiles_(choleskyLower(A, control)) {}

  // X <- X L^-T.
  void solveTransposed(MatrixView<T> X, Control& control) const;
  // X <- X L^-1.
  void solvePlain(MatrixView<T> X, Control& control, const OnSolved& onSolved = {}) const;

  ConstMatrixView<T> view() const noexcept { return place_; }
  MatrixView<T> place() noexcept { return place_; }
  const DiagonalTiles<T>& tiles() const noexcept { return tiles_; }

 private:
  MatrixView<T> place_{};
  DiagonalTiles<T> tiles_;
};

// h_i = ((L L^T)^-1)_ii = |row i of L^-T|^2, n^3 / 3 flops. The strict upper triangle of L's place
// is the workspace: what was there is lost.
void inverseDiagonal(TriangularFactor<double>& L, double* h, Control& control);

// Rows of X that are solved together: callers with more go through them in groups.
inline constexpr Index kSolveRows = 1024;

// Elements of workspace that solving m rows takes, m <= kSolveRows, and that inverseDiagonal does
// (m = n).
Index solveWorkspace(Index n, Index m);

}  // namespace ntkit
