#define NTKIT_KERNEL
#include "symmetric_block.hpp"

namespace ntkit {

void symmetricBlockPortable(const double* A, Index stride, const SymmetricBlockRange& range,
                            const double* X, double* Y) {
  symmetricBlock<Portable<double>>(A, stride, range, X, Y);
}

}  // namespace ntkit
