// One merge of divide and conquer: D + rho z z^T from two neighbouring eigendecompositions.
#pragma once

#include <vector>

#include "matrix_view.hpp"

namespace ntkit {

// What becomes of the rows (eigenvectors) of a merge. In the packed order of rows, `left` of them
// are nonzero in the left half alone, `mixed` in both, `right` in the right half alone, and the
// rest is deflated: eigenvectors of the merged problem as they are.
struct Deflation {
  struct Rotation {
    Index one, other;
    double cosine, sine;
  };
  Index left = 0, mixed = 0, right = 0;
  double rho = 0;
  std::vector<Rotation> rotations;  // of pairs of rows, in order
  std::vector<Index> packed;        // the rows in packed order
  std::vector<Index> position;      // of the secular poles, ascending: their packed positions
  std::vector<double> poles, z;     // ascending poles of the secular equation, and its weights

  Index roots() const noexcept { return left + mixed + right; }
};

// values: of the left half, then of the right, n in all; `order` lists the rows of each half by
// ascending value (those of the right counted from the left half's first). z: the last components
// of the left eigenvectors, then the first of the right ones. coupling: the off-diagonal element
// between the halves. Rotated values are updated in `values`.
Deflation deflate(double* values, const Index* order, Index leftRows, Index n, double* z,
                  double coupling);

}  // namespace ntkit
