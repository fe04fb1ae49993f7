#include "gram.hpp"

#include <cmath>

#include "cpu.hpp"

namespace ntkit {

namespace {

template <class T>
void writeProducts(const PackedRows<T>& Z, const PackedRows<T>& X, MatrixView<T> G,
                   Control& control) {
  mapProducts(Z, X, MapTile<T>{}, G, control, [](Index, Index, const MapTile<T>&) {});
}

}  // namespace

template <class T>
void gram(const PackedRows<T>& X, MatrixView<T> G, Control& control) {
  writeProducts(X, X, G, control);
}

template <class T>
void gram(ConstMatrixView<T> X, MatrixView<T> G, Control& control) {
  gram(PackedRows<T>(X, control), G, control);
}

template <class T>
void crossGram(const PackedRows<T>& Z, const PackedRows<T>& X, MatrixView<T> G, Control& control) {
  writeProducts(Z, X, G, control);
}

template <class T>
void secondMoment(ConstMatrixView<T> X, MatrixView<T> C, Control& control) {
  gram(PackedRows<T>::columns(X, control), C, control);
}

template <class T>
double largestNorm(ConstMatrixView<T> X, Index count) {
  count = std::min(count, X.rows);
  double largest = 0;
  for (Index k = 0; k < count; ++k) {
    const T* const row = X.row(k * X.rows / count);
    largest = std::max(largest, kernels().gram<T>().squaredNorm(row, X.cols));
  }
  return std::sqrt(largest);
}

template double largestNorm(ConstMatrixView<double>, Index);
template double largestNorm(ConstMatrixView<float>, Index);
template void gram(ConstMatrixView<double>, MatrixView<double>, Control&);
template void gram(ConstMatrixView<float>, MatrixView<float>, Control&);
template void gram(const PackedRows<double>&, MatrixView<double>, Control&);
template void gram(const PackedRows<float>&, MatrixView<float>, Control&);
template void crossGram(const PackedRows<double>&, const PackedRows<double>&, MatrixView<double>,
                        Control&);
template void crossGram(const PackedRows<float>&, const PackedRows<float>&, MatrixView<float>,
                        Control&);
template void secondMoment(ConstMatrixView<double>, MatrixView<double>, Control&);
template void secondMoment(ConstMatrixView<float>, MatrixView<float>, Control&);

}  // namespace ntkit
