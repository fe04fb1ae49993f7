// The largest eigenvalues of a symmetric matrix by block Lanczos with thick restarts (Wu and Simon
// 2000) and full reorthogonalisation.
//
// A basis V of orthonormal rows grows by blocks, the residuals of A times the block before; its
// Rayleigh-Ritz values are the eigenvalues of V A V^T. A full basis is cut to its best Ritz vectors
// and grows again, until |A y - theta y| <= 1e-14 |theta_1| for all that are wanted, or where
// values alone are wanted, until their error is: that of a value apart from the others goes with
// the square of its residual. Blocks serve two ends: A, whose lower triangle alone is read, passes
// once for eight vectors, and eigenvalues of multiplicity up to eight show at once. What a block
// cannot see (its Krylov space is invariant, or an eigenvalue has more copies) is looked for from
// fresh random vectors orthogonal to what was found. The random vectors are the same on every run.
#pragma once

#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

// Whether Lanczos is the faster way to `count` eigenvalues of order n.
bool lanczosPays(Index n, Index count);

enum class Wanted { kValues, kVectors };

// values: count, descending. vectors: count x n, eigenvector k in row k. A: moderate in scale.
// False when the wanted eigenvalues are too close to the others to converge.
bool lanczos(ConstMatrixView<double> A, Wanted wanted, double* values, MatrixView<double> vectors,
             Control& control);

// Doubles of workspace.
Index lanczosWorkspace(Index n, Index count);

}  // namespace ntkit
