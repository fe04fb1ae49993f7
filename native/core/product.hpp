// Matrix products of any shape on the pool.
//
//   C = alpha A op(B)      A: m x k, op(B): k x p, C: m x p, row-major, float or double
//
// C is cut into blocks of rows, as wide as C when there are rows enough, so that BLAS packs B once
// for many rows; a product of few rows is cut across its columns too. Long inner dimensions are
// taken in parts, between which an abort is seen. All of it follows from the shape alone: same bits
// at any thread count. Error: that of the BLAS products, |fl(C) - C| <= k eps |A||B|.
#pragma once

#include <functional>

#include "blas.hpp"
#include "control.hpp"

namespace ntkit {

// The size of the equal blocks, of at most `most`, in which `size` is cut; multiples of 8, which
// the kernels of BLAS like.
Index equalBlock(Index size, Index most);

// Called with blocks of finished rows, each row in one call, on the thread that made them while
// they are in its cache, where the cut allows.
template <class T>
using RowsDone = std::function<void(MatrixView<T> rows)>;

// C must not overlap A or B.
template <class T>
void multiply(T alpha, ConstMatrixView<T> A, blas::Op opB, ConstMatrixView<T> B, MatrixView<T> C,
              Control& control, const RowsDone<T>& done = {});

}  // namespace ntkit
