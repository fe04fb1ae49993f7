// Matrix products of any shape on the pool.
//
//   C = alpha A op(B)      A: m x k, op(B): k x p, C: m x p, row-major, float or double
//
// The columns of op(B) are packed once (row_products.hpp). C is cut into blocks of rows, as wide as
// C when there are rows enough, the last ones smaller, whose rows of A are packed by the task that
// multiplies them; a product of few rows is cut across its columns too. All of it follows from the
// shape alone: same bits at any thread count. Error: |fl(C) - C| <= k eps |alpha||A||B|.
#pragma once

#include <functional>

#include "row_products.hpp"

namespace ntkit {

// The size of the equal blocks, of at most `most`, in which `size` is cut; multiples of 8, which
// fill the registers of every instruction set.
Index equalBlock(Index size, Index most);

// Called with blocks of finished rows, each row in one call, on the thread that made them while
// they are in its cache, where the cut allows.
template <class T>
using RowsDone = std::function<void(MatrixView<T> rows)>;

// C must not overlap A or B.
template <class T>
void multiply(T alpha, ConstMatrixView<T> A, Op opB, ConstMatrixView<T> B, MatrixView<T> C,
              Control& control, const RowsDone<T>& done = {});

// What multiply takes beside A, B and C, but for the scratch of each thread (ProductScratch).
template <class T>
Index multiplyBytes(Index inner, Index cols) {
  return PackedRows<T>::bytes(cols, inner) + threads() * PackedRows<T>::bytes(kProductTile, inner);
}

// Calls write(row, first column, count, products) for every row of a tile of Z X^T; of longer rows
// of X those elements count that start at `from`.
template <class T, class Write>
void eachProductRow(const PackedRows<T>& Z, const PackedRows<T>& X, Index from,
                    const TileRange& tile, const Control& control, const Write& write) {
  T* const products = ProductScratch<T>::ofThisThread().products.data();
  Z.multiply(X, tile, TilePart::kWhole, products, control, {}, from);
  for (Index i = 0; i < tile.rows; ++i) {
    write(tile.firstRow + i, tile.firstCol, tile.cols, products + i * kProductTile);
  }
}

}  // namespace ntkit
