#include "arc_cosine.hpp"

#include <cmath>
#include <numbers>

#include "gram.hpp"
#include "rows.hpp"

namespace ntkit {
namespace {

constexpr double kPi = std::numbers::pi;

double cosine(double product, double scale) {
  return scale > 0 ? std::clamp(product / scale, -1.0, 1.0) : 0;
}

// Each kernel is a map of (<x, z>, |x||z|); `diagonal` is its value at s = 1, <x, x> = scale.
struct FirstLayer {
  double operator()(double product, double scale) const {
    return product * (0.25 + std::asin(cosine(product, scale)) / (2 * kPi));
  }
  double diagonal(double scale) const { return scale / 2; }
};

struct BothLayers {
  double operator()(double product, double scale) const {
    const double s = cosine(product, scale);
    const double angle = std::asin(s);
    const double second = scale * (std::sqrt((1 - s) * (1 + s)) + s * (kPi / 2 + angle));
    return product * (0.25 + angle / (2 * kPi)) + second / (2 * kPi);
  }
  double diagonal(double scale) const { return scale; }
};

struct Deep {
  Index depth;

  double operator()(double product, double scale) const {
    double sigma = product, theta = product;
    for (Index layer = 1; layer < depth; ++layer) {
      const double s = cosine(sigma, scale);
      const double complement = kPi / 2 + std::asin(s);  // pi - arccos s
      sigma = scale * (std::sqrt((1 - s) * (1 + s)) + s * complement) / kPi;
      theta = theta * complement / kPi + sigma;
    }
    return theta;
  }
  double diagonal(double scale) const { return static_cast<double>(depth) * scale; }
};

template <class T, class Kernel>
void mapGram(ConstMatrixView<T> Z, ConstMatrixView<T> X, const Kernel& kernel, MatrixView<T> K,
             Control& control) {
  const bool symmetric = Z.data == X.data;
  const Buffer<double> columnNorms = rowNorms(X);
  const Buffer<double> rowNormsOfZ = symmetric ? Buffer<double>() : rowNorms(Z);
  const double* const zNorms = symmetric ? columnNorms.data() : rowNormsOfZ.data();
  const auto fill = [&](const TileRange& tile) {
    gramTile(Z, X, tile, K);
    const bool diagonal = symmetric && tile.firstRow == tile.firstCol;
    for (Index i = tile.firstRow; i < tile.firstRow + tile.rows; ++i) {
      const Index end = diagonal ? i : tile.firstCol + tile.cols;
      T* const row = K.row(i);
      for (Index j = tile.firstCol; j < end; ++j) {
        row[j] = static_cast<T>(kernel(static_cast<double>(row[j]), zNorms[i] * columnNorms[j]));
      }
      if (diagonal) row[i] = static_cast<T>(kernel.diagonal(dot(X.row(i), X.row(i), X.cols)));
    }
  };
  if (symmetric) {
    fillSymmetric(K, control, fill);
  } else {
    fillRectangular(K, control, fill);
  }
}

}  // namespace

template <class T>
void infiniteNtk(ConstMatrixView<T> Z, ConstMatrixView<T> X, TrainedLayers trained, MatrixView<T> K,
                 Control& control) {
  if (trained == TrainedLayers::kFirst) {
    mapGram(Z, X, FirstLayer{}, K, control);
  } else {
    mapGram(Z, X, BothLayers{}, K, control);
  }
}

template <class T>
void deepNtk(ConstMatrixView<T> Z, ConstMatrixView<T> X, Index depth, MatrixView<T> K,
             Control& control) {
  mapGram(Z, X, Deep{depth}, K, control);
}

template void infiniteNtk(ConstMatrixView<double>, ConstMatrixView<double>, TrainedLayers,
                          MatrixView<double>, Control&);
template void infiniteNtk(ConstMatrixView<float>, ConstMatrixView<float>, TrainedLayers,
                          MatrixView<float>, Control&);
template void deepNtk(ConstMatrixView<double>, ConstMatrixView<double>, Index, MatrixView<double>,
                      Control&);
template void deepNtk(ConstMatrixView<float>, ConstMatrixView<float>, Index, MatrixView<float>,
                      Control&);

}  // namespace ntkit
