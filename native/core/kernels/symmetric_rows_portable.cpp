#include "symmetric_rows.hpp"

namespace ntkit {

void symmetricRowsPortable(const double* A, Index stride, Index firstRow, Index endRow,
                           const double* x, double* y) {
  symmetricRowsLoop(A, stride, firstRow, endRow, x, y);
}

}  // namespace ntkit
