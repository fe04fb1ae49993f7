// Cholesky factorisation A = L L^T, tiled by us: the same bits at any thread count (LAPACK's change
// with it).
//
// A: n x n, row-major; its lower triangle is read and overwritten by L, the strict upper one is not
// touched. Tiles of b x b, b by n alone; column of tiles after column of tiles, each subtracted
// from the trailing tiles. The next column is updated first and factored while the others are:
// nobody waits for a diagonal tile.
#pragma once

#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

// Edge of the tiles for order n: small ones where there are few to share out, large ones where the
// packing of a panel is to pay.
Index tileEdge(Index n);

// Thrown when the leading minor of order `order` (1-based) is not positive.
struct FailedPivot {
  Index order;
  double value;
};

// The diagonal tiles of L as triangular solves take them: upper triangles, in column strips as long
// as a tile's edge (kernels/strips.hpp), with inverted pivots. Behind the end of the last tile they
// continue as the identity.
template <class T>
struct DiagonalTiles {
  Buffer<T> transposed;  // of L^T
  Buffer<T> reversed;    // of L with rows and columns in reverse, tile by tile
};

// Elements of both for order n.
Index diagonalTileElements(Index n);

template <class T>
DiagonalTiles<T> choleskyLower(MatrixView<T> A, Control& control);

// Elements of workspace that choleskyLower takes for order n, with those that it returns.
Index choleskyWorkspace(Index n);

}  // namespace ntkit
