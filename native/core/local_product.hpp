// A product on the calling thread alone, for tasks that multiply blocks of matrices.
//
//   C = A op(B)  or  C + A op(B)      A: m x k, op(B): k x p, C: m x p, row-major, float or double
//
// A is read where it lies. op(B) is packed, a few hundred lines and columns at a time, into panels
// that the thread keeps (kernels/network_kernels.hpp); beside a few rows of A, which would not pay
// for that, B too is read where it lies. Each element is a sum over ascending k, in blocks that are
// cut by k alone and added in their order: its bits depend on its row and its column alone, and C
// is added to in one rounding a block. Error: |fl(C) - C| <= k eps |A||B|.
#pragma once

#include "matrix_view.hpp"

namespace ntkit {

enum class Into { kStore, kAdd };

// Rows of A up to which B is read where it lies: packing it would take a third of the time.
inline constexpr Index kUnpackedRows = 16;

// C must not overlap A or B.
template <class T>
void multiplyHere(ConstMatrixView<T> A, Op opB, ConstMatrixView<T> B, Into into, MatrixView<T> C);

}  // namespace ntkit
