#include "gram.hpp"

namespace ntkit {

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

}  // namespace ntkit
