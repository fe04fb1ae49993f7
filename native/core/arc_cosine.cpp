#include "arc_cosine.hpp"

#include <cmath>
#include <numbers>

#include "gram.hpp"
#include "rows.hpp"

namespace ntkit {
namespace {

constexpr double kPi = std::numbers::pi;

// The angle of two vectors with what the kernels need of it: theta and `complement`, pi - theta;
// `versine`, 1 - cos theta, and `coversine`, 1 + cos theta. Of each pair the small one, near 0 or
// near pi, would be lost in a subtraction.
struct Angle {
  double theta, complement, versine, coversine;

  double cosine() const { return (coversine - versine) / 2; }
  double sine() const { return std::sqrt(versine * coversine); }
};

Angle angleFromCosine(double s) {
  const double a = std::asin(s);
  return {kPi / 2 - a, kPi / 2 + a, 1 - s, 1 + s};
}

// From 1 - cos theta, to full relative accuracy for small angles.
Angle angleFromVersine(double versine) {
  const double theta = 2 * std::asin(std::sqrt(versine / 2));
  return {theta, kPi - theta, versine, 2 - versine};
}

Angle supplement(const Angle& angle) {
  return {angle.complement, angle.theta, angle.coversine, angle.versine};
}

// |x / |x| - sign z / |z||^2 / 2 = 1 - sign cos theta, without cancellation.
template <class T>
double versine(const T* x, double xNorm, const T* z, double zNorm, double sign, Index length) {
  double sum = 0;
  for (Index k = 0; k < length; ++k) {
    const double gap = static_cast<double>(x[k]) / xNorm - sign * static_cast<double>(z[k]) / zNorm;
    sum += gap * gap;
  }
  return sum / 2;
}

// Below this 1 - |cos theta| the cosine's rounding error shows in the angle (it is divided by sin
// theta), and the angle is taken from the chord instead: angles below 3e-3 in double, 0.1 in float.
template <class T>
constexpr double kNearlyParallel = sizeof(T) == sizeof(double) ? 5e-6 : 5e-3;

template <class T>
Angle angleBetween(const T* x, double xNorm, const T* z, double zNorm, double product,
                   Index length) {
  const double s = std::clamp(product / (xNorm * zNorm), -1.0, 1.0);
  if (1 - std::fabs(s) >= kNearlyParallel<T>) return angleFromCosine(s);
  const Angle angle = angleFromVersine(versine(x, xNorm, z, zNorm, s < 0 ? -1 : 1, length));
  return s < 0 ? supplement(angle) : angle;
}

// Each kernel is a function of the angle, <x, z> and |x||z|; `diagonal` is its value at angle 0.
struct FirstLayer {
  double operator()(const Angle& angle, double product, double) const {
    return product * angle.complement / (2 * kPi);
  }
  double diagonal(double scale) const { return scale / 2; }
};

struct BothLayers {
  double operator()(const Angle& angle, double product, double scale) const {
    const double second = scale * (angle.sine() + angle.cosine() * angle.complement);
    return (product * angle.complement + second) / (2 * kPi);
  }
  double diagonal(double scale) const { return scale; }
};

struct Deep {
  Index depth;

  double operator()(Angle angle, double product, double scale) const {
    double theta = product;
    for (Index layer = 1; layer < depth; ++layer) {
      const double sigma = scale * (angle.sine() + angle.cosine() * angle.complement) / kPi;
      theta = theta * angle.complement / kPi + sigma;
      // 1 - cos of the next layer's angle; after one layer no angle exceeds pi / 2.
      const double next = angle.versine + (angle.theta * angle.cosine() - angle.sine()) / kPi;
      angle = angleFromVersine(std::clamp(next, 0.0, 1.0));
    }
    return theta;
  }
  double diagonal(double scale) const { return static_cast<double>(depth) * scale; }
};

template <class T, class Kernel>
void mapGram(ConstMatrixView<T> Z, ConstMatrixView<T> X, const Kernel& kernel, MatrixView<T> K,
             Control& control) {
  const bool symmetric = sameView(Z, X);
  const Buffer<double> columnNorms = rowNorms(X);
  const Buffer<double> rowNormsOfZ = symmetric ? Buffer<double>() : rowNorms(Z);
  const double* const zNorms = symmetric ? columnNorms.data() : rowNormsOfZ.data();
  const auto fill = [&](const TileRange& tile) {
    const TilePart part = symmetric ? partOf(tile) : TilePart::kWhole;
    const bool diagonal = part == TilePart::kLower;
    gramTile(Z, X, tile, part, K);
    for (Index i = tile.firstRow; i < tile.firstRow + tile.rows; ++i) {
      control.checkpoint();
      const Index end = diagonal ? i : tile.firstCol + tile.cols;
      T* const row = K.row(i);
      for (Index j = tile.firstCol; j < end; ++j) {
        const double scale = zNorms[i] * columnNorms[j];
        const double product = static_cast<double>(row[j]);
        row[j] = scale > 0 ? static_cast<T>(kernel(angleBetween(Z.row(i), zNorms[i], X.row(j),
                                                                columnNorms[j], product, X.cols),
                                                   product, scale))
                           : T{0};
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
