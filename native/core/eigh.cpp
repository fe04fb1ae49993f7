#include "eigh.hpp"

#include "blas.hpp"
#include "parallel.hpp"
#include "symmetry.hpp"

namespace ntkit {

void eigh(MatrixView<double> A, double* values, MatrixView<double>* vectors, Control& control) {
  const Index n = A.rows;
  runOnPool(control, [&] {
    requireSymmetric(A, "A");
    const Index info = blas::syevd(A, vectors != nullptr, values);
    if (info != 0) {
      throw Error(ErrorCode::kNoConvergence,
                  "dsyevd did not converge (info " + std::to_string(info) + ", order " +
                      std::to_string(n) + "): check the scale of the matrix");
    }
  });
  control.checkpoint();
  std::reverse(values, values + n);
  if (vectors == nullptr) return;
  for (Index i = 0; i < n; ++i) {
    for (Index k = 0; k < n; ++k) (*vectors)(i, k) = A(n - 1 - k, i);
  }
}

}  // namespace ntkit
