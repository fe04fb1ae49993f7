#include "blas.hpp"

#include <limits>

#include "blas_library.hpp"
#include "error.hpp"

// LAPACK's Fortran entries, declared here rather than taken from a header: of all packagers'
// headers they are the one part that is the same everywhere. Character arguments carry their length
// at the end.
extern "C" {
void dsyevd_(const char* jobz, const char* uplo, const int* n, double* a, const int* lda, double* w,
             double* work, const int* lwork, int* iwork, const int* liwork, int* info, std::size_t,
             std::size_t);
void dsteqr_(const char* compz, const int* n, double* d, double* e, double* z, const int* ldz,
             double* work, int* info, std::size_t);
void dlaed4_(const int* n, const int* i, const double* d, const double* z, double* delta,
             const double* rho, double* dlam, int* info);
}

namespace ntkit::blas {
namespace {

int narrow(Index size) {
  if (size < 0 || size > std::numeric_limits<int>::max()) {
    throw Error(ErrorCode::kSizeLimit,
                "Expected sizes below 2^31 for BLAS but received " + std::to_string(size));
  }
  return static_cast<int>(size);
}

// BLAS wants a leading dimension of at least 1 even for empty matrices.
template <class T>
int leading(const MatrixView<T>& view) {
  return narrow(std::max<Index>(view.stride, 1));
}

// dsyevd's documented minima. They are computed in int64: the library's own workspace query wraps.
struct SyevdWorkspace {
  Index doubles;
  Index ints;
};
SyevdWorkspace syevdWorkspace(Index n, bool vectors) {
  // The second term leaves dsytrd room for blocks of 64 columns.
  if (vectors) return {std::max(1 + 6 * n + 2 * n * n, n * 66), 3 + 5 * n};
  return {std::max(2 * n + 1, n * 66), 1};
}

}  // namespace

void initialize() { library::useOneThread(); }

std::string version() { return library::version(); }

std::string coreName() { return library::coreName(); }

void requireDimension(Index size) { narrow(size); }

Index syevd(MatrixView<double> A, bool vectors, double* values) {
  const SyevdWorkspace sizes = syevdWorkspace(A.rows, vectors);
  const int n = narrow(A.rows), lda = leading(A);
  const int lwork = narrow(sizes.doubles), liwork = narrow(sizes.ints);
  Buffer<double> work(sizes.doubles);
  Buffer<int> iwork(sizes.ints);
  int info = 0;
  // Column-major eigenvectors lie in columns, which are the rows of our row-major A.
  dsyevd_(vectors ? "V" : "N", "U", &n, A.data, &lda, values, work.data(), &lwork, iwork.data(),
          &liwork, &info, 1, 1);
  return info;
}

Index steqr(double* diagonal, double* offDiagonal, MatrixView<double> vectors) {
  const int n = narrow(vectors.rows), ldz = leading(vectors);
  Buffer<double> work(std::max<Index>(1, 2 * vectors.rows));
  int info = 0;
  dsteqr_("I", &n, diagonal, offDiagonal, vectors.data, &ldz, work.data(), &info, 1);
  return info;
}

Index laed4(Index poleCount, Index root, const double* poles, const double* z, double rho,
            double* distances, double* value) {
  const int n = narrow(poleCount), i = narrow(root + 1);
  int info = 0;
  dlaed4_(&n, &i, poles, z, distances, &rho, value, &info);
  return info;
}

Index syevdWorkspaceBytes(Index n, bool vectors) {
  const SyevdWorkspace sizes = syevdWorkspace(n, vectors);
  narrow(sizes.doubles);
  return sizes.doubles * static_cast<Index>(sizeof(double)) +
         sizes.ints * static_cast<Index>(sizeof(int));
}

}  // namespace ntkit::blas
