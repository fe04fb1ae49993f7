#include "symmetry.hpp"

#include <cmath>
#include <sstream>

#include "error.hpp"

namespace ntkit {

std::string shortNumber(double value) {
  std::ostringstream text;
  text.precision(4);
  text << value;
  return text.str();
}

void requireSymmetric(ConstMatrixView<double> A, const std::string& name) {
  constexpr double kTolerance = 1e-10;
  double largest = 0, difference = 0;
  Index row = 0, col = 0;
  for (Index i = 0; i < A.rows; ++i) {
    for (Index j = 0; j <= i; ++j) {
      largest = std::max(largest, std::fabs(A(i, j)));
      const double gap = std::fabs(A(i, j) - A(j, i));
      if (gap > difference) {
        difference = gap;
        row = i;
        col = j;
      }
    }
  }
  if (difference <= kTolerance * largest) return;
  throw Error(ErrorCode::kInvalidArgument, "Expected a symmetric matrix for " + name +
                                               " but received " + shortNumber(A(row, col)) +
                                               " at row " + std::to_string(row) + ", column " +
                                               std::to_string(col) + " and " +
                                               shortNumber(A(col, row)) + " across the diagonal");
}

}  // namespace ntkit
