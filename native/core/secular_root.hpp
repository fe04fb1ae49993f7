// The roots of the secular equation 1 + rho sum_j z_j^2 / (d_j - x) = 0, d ascending, rho > 0: the
// eigenvalues of D + rho z z^T. Root i lies between d_i and d_(i + 1), the last above d_(k - 1).
#pragma once

#include "matrix_view.hpp"

namespace ntkit {

// Root `root` of `count` >= 3 poles. distances[j] = d_j - x, accurate to a few roundings each: what
// eigenvectors are made of. False when it was not found to working precision.
//
// The middle way (Li 1993, LAPACK working note 89): the sums over the poles on either side of x are
// replaced by functions of the nearer pole of that side with the same value and slope; a step that
// leaves the bracket is halved towards its end. Ends when the equation is met to the rounding of
// its sums.
bool findSecularRoot(Index count, Index root, const double* poles, const double* z, double rho,
                     double* distances, double* value);

}  // namespace ntkit
