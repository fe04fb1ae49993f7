// The second stage of a reduction to tridiagonal form, from a band: row after row, from the last to
// the third, is taken to one element beside the diagonal by a reflector of kBand elements. It fills
// a block further up, whose last row is taken back by the next reflector, and so on to the first
// row: a sweep. Four of them go through the band a block behind each other, the next four behind
// them; each thread takes them on through its share of the band. 6 n^2 kBand flops on a band of
// 16 n kBand bytes.
//
// C. H. Bischof, B. Lang, X. Sun: A framework for symmetric band reduction (2000).
#pragma once

#include "band.hpp"
#include "control.hpp"

namespace ntkit {

// diagonal: n, offDiagonal: n, of which the last is zero: T_(i,i-1) = offDiagonal[i - 1]. The band
// is destroyed.
template <Index kBand>
void chaseBulges(BandMatrix<kBand>& band, double* diagonal, double* offDiagonal, Control& control);

}  // namespace ntkit
