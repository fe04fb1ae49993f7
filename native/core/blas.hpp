// The only caller of LAPACK, for small eigenproblems; products are ours (product.hpp,
// local_product.hpp). Row-major views in, int64 sizes in; every size is checked against the 32-bit
// integers of the libraries and refused with ERR_SIZE_LIMIT when it does not fit. Every call runs
// on the calling thread alone: parallelism is ours (parallel.hpp).
#pragma once

#include <string>

#include "matrix_view.hpp"

namespace ntkit::blas {

// Called once before anything else: BLAS is told to use one thread a call.
void initialize();

// What was linked, for example "OpenBLAS 0.3.21" and the kernel family chosen for this CPU, "Zen".
std::string version();
std::string coreName();

// Throws ERR_SIZE_LIMIT when BLAS cannot count up to `size`.
void requireDimension(Index size);

// Eigenvalues, ascending, of the symmetric A (lower triangle read, A destroyed). With `vectors`,
// row i of A holds the eigenvector of value i afterwards. Returns LAPACK's info.
Index syevd(MatrixView<double> A, bool vectors, double* values);

// Eigenvalues, ascending, and eigenvectors, row i that of value i, of the tridiagonal matrix with
// this diagonal and off-diagonal (destroyed). Returns LAPACK's info.
Index steqr(double* diagonal, double* offDiagonal, MatrixView<double> vectors);

// Root number `root` of the secular equation 1 + rho sum_i z_i^2 / (poles_i - x) = 0 and the
// distances poles_i - root; for one or two poles their eigenvector in place of the distances.
// Returns LAPACK's info.
Index laed4(Index poleCount, Index root, const double* poles, const double* z, double rho,
            double* distances, double* value);

// Bytes of workspace that syevd takes for order n. Throws ERR_SIZE_LIMIT when LAPACK cannot count
// them.
Index syevdWorkspaceBytes(Index n, bool vectors);

}  // namespace ntkit::blas
