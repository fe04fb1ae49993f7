#if defined(__x86_64__)
#include "intrinsics.hpp"
#define NTKIT_KERNEL NTKIT_TARGET("avx512f,avx512vl,avx512dq")
#include "symmetric_block.hpp"

namespace ntkit {

NTKIT_KERNEL void symmetricBlockAvx512(const double* A, Index stride,
                                       const SymmetricBlockRange& range, const double* X,
                                       double* Y) {
  symmetricBlock<Avx512<double>>(A, stride, range, X, Y);
}

}  // namespace ntkit
#endif
