#include "gram.hpp"

#include "blas.hpp"

namespace ntkit {

using blas::Op;

template <class T>
void gramTile(ConstMatrixView<T> Z, ConstMatrixView<T> X, const TileRange& tile, TilePart part,
              MatrixView<T> K) {
  const auto rows = Z.rowBlock(tile.firstRow, tile.rows);
  const auto out = K.block(tile.firstRow, tile.rows, tile.firstCol, tile.cols);
  if (part == TilePart::kLower) {
    blas::syrkLower<T>(Op::kNone, 1, rows, 0, out);
  } else {
    blas::gemm<T>(Op::kNone, Op::kTranspose, 1, rows, X.rowBlock(tile.firstCol, tile.cols), 0, out);
  }
}

namespace {

template <class T>
void writeProducts(const PackedRows<T>& Z, const PackedRows<T>& X, MatrixView<T> G,
                   Control& control) {
  mapProducts(Z, X, MapTile<T>{}, G, control, [](Index, Index, const MapTile<T>&) {});
}

}  // namespace

template <class T>
void gram(ConstMatrixView<T> X, MatrixView<T> G, Control& control) {
  const PackedRows<T> rows(X, control);
  writeProducts(rows, rows, G, control);
}

template <class T>
void crossGram(ConstMatrixView<T> Z, ConstMatrixView<T> X, MatrixView<T> G, Control& control) {
  writeProducts(PackedRows<T>(Z, control), PackedRows<T>(X, control), G, control);
}

template <class T>
void secondMoment(ConstMatrixView<T> X, MatrixView<T> C, Control& control) {
  const PackedRows<T> columns = PackedRows<T>::columns(X, control);
  writeProducts(columns, columns, C, control);
}

template void gram(ConstMatrixView<double>, MatrixView<double>, Control&);
template void gram(ConstMatrixView<float>, MatrixView<float>, Control&);
template void crossGram(ConstMatrixView<double>, ConstMatrixView<double>, MatrixView<double>,
                        Control&);
template void crossGram(ConstMatrixView<float>, ConstMatrixView<float>, MatrixView<float>,
                        Control&);
template void secondMoment(ConstMatrixView<double>, MatrixView<double>, Control&);
template void secondMoment(ConstMatrixView<float>, MatrixView<float>, Control&);
template void gramTile(ConstMatrixView<double>, ConstMatrixView<double>, const TileRange&, TilePart,
                       MatrixView<double>);
template void gramTile(ConstMatrixView<float>, ConstMatrixView<float>, const TileRange&, TilePart,
                       MatrixView<float>);

}  // namespace ntkit
