// Eigenvalues and eigenvectors of a symmetric tridiagonal T by divide and conquer (Cuppen 1981; Gu
// and Eisenstat 1995; LAPACK's dstedc).
//
// T is torn by rank-one changes into leaves, which LAPACK's QR iteration solves. A merge of two
// neighbours diagonalises D + rho z z^T: eigenvalues that the tear hardly moves are deflated, the
// others are roots of the secular equation (secular_root.hpp, a root a task), z is recomputed from
// them so that the eigenvectors are orthogonal however close the roots are, and two products by
// tiles turn the old eigenvectors into the new. Residual and orthogonality are small multiples of
// n eps |T|.
//
// For values alone nothing changes but what is kept of an eigenvector: its first and its last
// component, all that a merge reads. It then takes O(n^2) operations in all.
#pragma once

#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

// What is kept of the eigenvectors of a tridiagonal.
enum class Kept { kVectors, kEnds };

// Memory for them, overwritten: `secular` n x n, `rows` and `copy` n x n too, or n x 2 for the
// ends.
struct TridiagonalSpace {
  MatrixView<double> rows, copy, secular;
};

// diagonal: n; offDiagonal: n, the last element unused; both are destroyed, but the eigenvalues are
// left in `diagonal`: diagonal[order[k]] is the k-th smallest, and with kVectors row order[k] of
// `space.rows` its eigenvector. The largest element of T must be of the order of 1, or all zero.
Buffer<Index> divideAndConquer(double* diagonal, double* offDiagonal, Kept kept,
                               const TridiagonalSpace& space, Control& control);

}  // namespace ntkit
