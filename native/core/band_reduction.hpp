// The first stage of a reduction to tridiagonal form, to a band: all but kBand elements of a row
// below the diagonal become zero. Blocks of kBand rows, from the last to the second, are taken
// there by reflectors Q = I + V^T T V, after which the rest is Q^T A Q = A + V^T W + W^T V: unlike
// the reduction of single rows (tridiagonal.hpp) no step waits for a product with one vector, which
// the memory bounds. 4/3 n^3 flops, all but a share kBand / n of them in products of tiles.
// Backward stable: the residual is a small multiple of n eps |A|.
//
// The scale of A must be moderate, as for tridiagonalize.
#pragma once

#include "band.hpp"
#include "control.hpp"

namespace ntkit {

// A: n x n, the lower triangle is read; it is destroyed, and with it what lies above the diagonal.
// band: of order n, zero before.
template <Index kBand>
void reduceToBand(MatrixView<double> A, BandMatrix<kBand>& band, Control& control);

// Doubles of workspace that reduceToBand takes beside A and the band.
template <Index kBand>
Index bandReductionWorkspace(Index n);

}  // namespace ntkit
