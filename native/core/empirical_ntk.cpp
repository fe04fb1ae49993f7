#include "empirical_ntk.hpp"

#include "blas.hpp"
#include "cpu.hpp"
#include "gates.hpp"
#include "gram.hpp"
#include "rows.hpp"

namespace ntkit {
namespace {

using blas::Op;

// relu(X W^T), n x m.
template <class T>
OwnedMatrix<T> hiddenActivations(ConstMatrixView<T> X, ConstMatrixView<T> W, Control& control) {
  OwnedMatrix<T> hidden(X.rows, W.rows);
  parallelBlocks(control, X.rows, kTile, [&](Index first, Index count) {
    const auto rows = hidden.view().rowBlock(first, count);
    blas::gemm<T>(Op::kNone, Op::kTranspose, 1, X.rowBlock(first, count), W, 0, rows);
    rectify(rows.data, count * rows.stride);
  });
  return hidden;
}

}  // namespace

template <class T>
void empiricalNtk(ConstMatrixView<T> Z, ConstMatrixView<T> X, ConstMatrixView<T> W,
                  TrainedLayers trained, MatrixView<T> K, Control& control) {
  const bool symmetric = sameView(Z, X);
  control.part(0, symmetric ? 0.6 : 0.4);
  const GateBits gatesOfX = packGates(X, W, control);
  control.part(0.4, 0.6);
  const GateBits gatesOfZ = symmetric ? GateBits(0, W.rows) : packGates(Z, W, control);
  const GateBits& rowGates = symmetric ? gatesOfX : gatesOfZ;
  OwnedMatrix<T> hiddenOfX, hiddenOfZ;
  if (trained == TrainedLayers::kBoth) {
    hiddenOfX = hiddenActivations(X, W, control);
    if (!symmetric) hiddenOfZ = hiddenActivations(Z, W, control);
  }
  const ConstMatrixView<T> rowHidden = symmetric ? hiddenOfX.view() : hiddenOfZ.view();
  const T inverseWidth = T{1} / static_cast<T>(W.rows);
  const GateMicroKernel& gateKernel = *kernels().gates;

  control.part(0.6, 1);
  const auto fill = [&](const TileRange& tile) {
    gramTile(Z, X, tile, symmetric ? partOf(tile) : TilePart::kWhole, K);
    Buffer<std::int32_t> counts(tile.rows * tile.cols);
    countGates(gateKernel, rowGates.row(tile.firstRow), tile.rows, gatesOfX.row(tile.firstCol),
               tile.cols, gatesOfX.words(), counts.data());
    const auto out = K.block(tile.firstRow, tile.rows, tile.firstCol, tile.cols);
    for (Index i = 0; i < tile.rows; ++i) {
      for (Index j = 0; j < tile.cols; ++j) {
        out(i, j) *= static_cast<T>(counts[i * tile.cols + j]) * inverseWidth;
      }
    }
    if (trained == TrainedLayers::kBoth) {
      blas::gemm<T>(Op::kNone, Op::kTranspose, inverseWidth,
                    rowHidden.rowBlock(tile.firstRow, tile.rows),
                    hiddenOfX.view().rowBlock(tile.firstCol, tile.cols), 1, out);
    }
  };
  if (symmetric) {
    fillSymmetric(K, control, fill);
  } else {
    fillRectangular(K, control, fill);
  }
}

template void empiricalNtk(ConstMatrixView<double>, ConstMatrixView<double>,
                           ConstMatrixView<double>, TrainedLayers, MatrixView<double>, Control&);
template void empiricalNtk(ConstMatrixView<float>, ConstMatrixView<float>, ConstMatrixView<float>,
                           TrainedLayers, MatrixView<float>, Control&);

}  // namespace ntkit
