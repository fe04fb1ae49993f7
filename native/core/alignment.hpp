// Kernel-target alignment (Cristianini et al.): how far a kernel has the geometry of the targets,
//
//   <K, Y Y^T> / (|K|_F |Y Y^T|_F)      K: n x n, Y: n x c, in [-1, 1], from 0 to 1 when K >= 0
//
// <K, Y Y^T> = sum_i <(K Y)_i, y_i> and |Y Y^T|_F = |Y^T Y|_F: one pass over K, nothing of n x n is
// formed. Products in the precision of T, sums in double, by blocks in a fixed order.
#pragma once

#include "control.hpp"
#include "matrix_view.hpp"
#include "memory.hpp"

namespace ntkit {

// Throws ERR_INVALID_ARGUMENT when K or Y is zero.
template <class T>
double kernelTargetAlignment(ConstMatrixView<T> K, ConstMatrixView<T> Y, Control& control);

// Adds the workspace that kernelTargetAlignment takes, at most.
template <class T>
void addAlignmentWorkspace(MemoryEstimate& estimate, Index points, Index outputs);

}  // namespace ntkit
