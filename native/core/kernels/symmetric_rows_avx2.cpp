#include "symmetric_rows.hpp"

#if defined(__x86_64__)

namespace ntkit {

// AVX-512 has no use here: the loop waits for memory.
[[gnu::target("avx2")]] void symmetricRowsAvx2(const double* A, Index stride, Index firstRow,
                                               Index endRow, const double* x, double* y) {
  symmetricRowsLoop(A, stride, firstRow, endRow, x, y);
}

}  // namespace ntkit

#endif
