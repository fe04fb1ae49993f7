// Solvers read one triangle of a symmetric matrix. One that is not symmetric would be answered for
// another matrix than the caller's, so it is refused.
#pragma once

#include <string>

#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

// A number as an error message shows it, four significant digits.
std::string shortNumber(double value);

// Returns max |A|. Throws ERR_INVALID_ARGUMENT, naming the worst pair, unless
// |A_ij - A_ji| <= 1e-10 max |A| everywhere.
double requireSymmetric(ConstMatrixView<double> A, const std::string& name, Control& control);

}  // namespace ntkit
