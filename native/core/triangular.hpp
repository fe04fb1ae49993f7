// Triangular systems with the factor L of a Cholesky factorisation, many right-hand sides at once.
//
// L: n x n, row-major, lower triangle. X: m x n, one right-hand side a row. Column of tiles after
// column of tiles: each is solved, packed, and subtracted from those that follow (right-looking),
// which for the rows of the identity gives L^-T without the zeros. Work is cut by the shapes alone.
// Beside up to 16 rows of X, L is read where it lies: packing it costs as much as their products.
#pragma once

#include <functional>

#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

// Told of each block of X when its elements are final, on the thread that finished it.
using OnSolved = std::function<void(Index firstRow, Index rows, Index firstCol, Index cols)>;

// X <- X L^-T.
template <class T>
void solveTransposed(ConstMatrixView<T> L, MatrixView<T> X, Control& control);

// X <- X L^-1.
template <class T>
void solvePlain(ConstMatrixView<T> L, MatrixView<T> X, Control& control,
                const OnSolved& onSolved = {});

// h_i = ((L L^T)^-1)_ii = |row i of L^-T|^2, n^3 / 3 flops. The strict upper triangle of `factor`
// is the workspace: what was there is lost.
void inverseDiagonal(MatrixView<double> factor, double* h, Control& control);

// Rows of X that are solved together: callers with more go through them in groups.
inline constexpr Index kSolveRows = 1024;

// Elements of workspace that solving m rows takes, m <= kSolveRows, and that inverseDiagonal does
// (m = n).
Index solveWorkspace(Index n, Index m);

}  // namespace ntkit
