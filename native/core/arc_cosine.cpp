#include "arc_cosine.hpp"

#include <cmath>
#include <numbers>
#include <optional>

#include "finite.hpp"
#include "gram.hpp"
#include "rows.hpp"

namespace ntkit {
namespace {

constexpr double kPi = std::numbers::pi;

// Rows whose average cosine is above this are packed as what is left of their directions without
// the common one.
constexpr double kAlike = 0.5;

// The common direction of rows that are alike, or nothing: the mean of up to 256 unit rows, when
// the mean cosine of two of them shows that they are.
template <class T>
Buffer<double> commonDirection(ConstMatrixView<T> X, const Buffer<double>& inverses) {
  constexpr Index kSample = 256;
  const Index count = std::min(X.rows, kSample);
  const auto share = static_cast<double>(count);
  Buffer<double> mean(X.cols);
  mean.fill(0);
  for (Index sample = 0; sample < count; ++sample) {
    const Index i = sample * X.rows / count;
    for (Index k = 0; k < X.cols; ++k) {
      mean[k] += static_cast<double>(X(i, k)) * (inverses[i] / share);
    }
  }
  // |mean|^2 is the mean over all pairs, those of a row with itself among them.
  const double cosine = (dot(mean.data(), mean.data(), X.cols) * share - 1) / (share - 1);
  return count > 1 && cosine > kAlike ? std::move(mean) : Buffer<double>();
}

// What the map needs of each row, padded with zeros to whole vectors; see MapTile.
template <class T>
struct RowTerms {
  static constexpr Index kPadding = kProductTile;
  Buffer<double> squares;   // |x|^2
  Buffer<double> inverses;  // 1 / |x|, 0 for a zero row
  Buffer<T> norm, inverse, half;

  RowTerms(ConstMatrixView<T> X, Control& control)
      : squares(X.rows), inverses(X.rows), norm(X.rows + kPadding), inverse(X.rows + kPadding) {
    norm.fill(0);
    inverse.fill(0);
    constexpr double kLargest = std::numeric_limits<T>::max();
    parallelBlocks(control, X.rows, kProductTile, [&](Index first, Index count) {
      for (Index i = first; i < first + count; ++i) {
        squares[i] = kernels().gram<T>().squaredNorm(X.row(i), X.cols);
        const double size = std::sqrt(squares[i]);
        inverses[i] = size > 0 ? 1 / size : 0;
        norm[i] = static_cast<T>(size);
        inverse[i] = static_cast<T>(std::min(inverses[i], kLargest));
      }
    });
  }
};

// The rows as they are, or p = x / |x| - c with |p|^2 / 2 among the terms.
template <class T>
PackedRows<T> packRows(ConstMatrixView<T> X, const Buffer<double>& centre, RowTerms<T>& terms,
                       Control& control) {
  if (centre.size() == 0) return PackedRows<T>(X, control);
  terms.half = Buffer<T>(X.rows + RowTerms<T>::kPadding);
  terms.half.fill(0);
  const auto centred = [&](Index i, Index k, Index count, T* out) {
    const T* const row = X.row(i) + k;
    for (Index c = 0; c < count; ++c) {
      out[c] = static_cast<T>(static_cast<double>(row[c]) * terms.inverses[i] - centre[k + c]);
    }
  };
  parallelBlocks(control, X.rows, kProductTile, [&](Index first, Index count) {
    Buffer<T> row(X.cols);
    for (Index i = first; i < first + count; ++i) {
      centred(i, 0, X.cols, row.data());
      terms.half[i] = static_cast<T>(kernels().gram<T>().squaredNorm(row.data(), X.cols) / 2);
    }
  });
  return PackedRows<T>(X.rows, X.cols, centred, control);
}

// An angle from its versine, v = 1 - cos theta, or for one near pi from that of its supplement.
struct SmallAngle {
  double theta, versine;
  bool supplement;

  SmallAngle(double v, bool ofSupplement)
      : theta(2 * std::asin(std::sqrt(std::min(v / 2, 1.0)))),
        versine(v),
        supplement(ofSupplement) {}

  double complement() const { return supplement ? theta : kPi - theta; }
  double angle() const { return supplement ? kPi - theta : theta; }
  double cosine() const { return supplement ? versine - 1 : 1 - versine; }
  double sine() const { return std::sqrt(versine * (2 - versine)); }
  double ownVersine() const { return supplement ? 2 - versine : versine; }
};

// From the chord of the unit vectors, for a pair whose cosine has lost its angle. xInverse is 1 /
// |x|.
template <class T>
SmallAngle angleFromChord(const T* x, double xInverse, const T* z, double zInverse, Index length) {
  const auto squaredChord = kernels().gram<T>().squaredChord;
  const double versine = squaredChord(x, xInverse, z, zInverse, length) / 2;
  if (versine <= 1) return SmallAngle(versine, false);
  return SmallAngle(squaredChord(x, xInverse, z, -zInverse, length) / 2, true);
}

// The kernel of a pair, in units of |x||z|.
double kernelOf(SmallAngle angle, ProductMap map, Index depth) {
  double value = angle.cosine();
  if (map == ProductMap::kFirstLayer) return value * angle.complement() / (2 * kPi);
  const Index layers = map == ProductMap::kBothLayers ? 2 : depth;
  for (Index layer = 1; layer < layers; ++layer) {
    const double sigma = (angle.sine() + angle.cosine() * angle.complement()) / kPi;
    value = value * angle.complement() / kPi + sigma;
    // 1 - cos of the next layer's angle; after one layer no angle exceeds pi / 2.
    const double fall = (angle.angle() * angle.cosine() - angle.sine()) / kPi;
    angle = SmallAngle(std::clamp(angle.ownVersine() + fall, 0.0, 1.0), false);
  }
  return map == ProductMap::kBothLayers ? value / 2 : value;
}

// The kernel of a row with itself, in units of |x|^2.
double diagonalOf(ProductMap map, Index depth) {
  return map == ProductMap::kDeep ? static_cast<double>(depth)
                                  : (map == ProductMap::kBothLayers ? 1 : 0.5);
}

template <class T>
void mapGram(ConstMatrixView<T> Z, ConstMatrixView<T> X, ProductMap map, Index depth,
             MatrixView<T> K, Control& control) {
  const bool symmetric = sameView(Z, X);
  RowTerms<T> colTerms(X, control);
  std::optional<RowTerms<T>> termsOfZ;
  if (!symmetric) termsOfZ.emplace(Z, control);
  RowTerms<T>& rowTerms = symmetric ? colTerms : *termsOfZ;
  const Buffer<double> centre = commonDirection(X, colTerms.inverses);
  const PackedRows<T> columns = packRows(X, centre, colTerms, control);
  std::optional<PackedRows<T>> rowsOfZ;
  if (!symmetric) rowsOfZ.emplace(packRows(Z, centre, rowTerms, control));
  const PackedRows<T>& rows = symmetric ? columns : *rowsOfZ;

  MapTile<T> pass;
  pass.map = map;
  pass.depth = depth;
  pass.rowNorm = rowTerms.norm.data();
  pass.colNorm = colTerms.norm.data();
  pass.rowInverse = rowTerms.inverse.data();
  pass.colInverse = colTerms.inverse.data();
  pass.rowHalf = rowTerms.half.data();
  pass.colHalf = colTerms.half.data();
  const auto finish = [&](Index firstRow, Index firstCol, const MapTile<T>& strip) {
    for (Index pair = 0; pair < strip.pairCount; ++pair) {
      if (pair % 256 == 0) control.checkpoint();
      const Index i = firstRow + strip.pairs[pair].row, j = firstCol + strip.pairs[pair].col;
      if (symmetric && i <= j) continue;
      const SmallAngle angle =
          angleFromChord(Z.row(i), rowTerms.inverses[i], X.row(j), colTerms.inverses[j], X.cols);
      const double scale = static_cast<double>(pass.rowNorm[i]) * pass.colNorm[j];
      K(i, j) = static_cast<T>(scale * kernelOf(angle, map, depth));
      if (symmetric) K(j, i) = K(i, j);
    }
  };
  mapProducts(rows, columns, pass, K, control, finish);
  if (!symmetric) return;
  for (Index i = 0; i < X.rows; ++i) {
    K(i, i) = static_cast<T>(diagonalOf(map, depth) * colTerms.squares[i]);
    requireFinite(&K(i, i), 1);
  }
}

}  // namespace

template <class T>
void estimateInfiniteNtk(MemoryEstimate& memory, Index points, Index queries, Index inputs) {
  estimateGram<T>(memory, points, queries, inputs);
  memory.add(points + queries + 2 * RowTerms<T>::kPadding, 1, 2 * sizeof(double) + 3 * sizeof(T))
      .add(1 + threads(), inputs, sizeof(double));
}

template <class T>
void infiniteNtk(ConstMatrixView<T> Z, ConstMatrixView<T> X, TrainedLayers trained, MatrixView<T> K,
                 Control& control) {
  const bool first = trained == TrainedLayers::kFirst;
  mapGram(Z, X, first ? ProductMap::kFirstLayer : ProductMap::kBothLayers, 2, K, control);
}

template <class T>
void deepNtk(ConstMatrixView<T> Z, ConstMatrixView<T> X, Index depth, MatrixView<T> K,
             Control& control) {
  mapGram(Z, X, ProductMap::kDeep, depth, K, control);
}

template void estimateInfiniteNtk<double>(MemoryEstimate&, Index, Index, Index);
template void estimateInfiniteNtk<float>(MemoryEstimate&, Index, Index, Index);
template void infiniteNtk(ConstMatrixView<double>, ConstMatrixView<double>, TrainedLayers,
                          MatrixView<double>, Control&);
template void infiniteNtk(ConstMatrixView<float>, ConstMatrixView<float>, TrainedLayers,
                          MatrixView<float>, Control&);
template void deepNtk(ConstMatrixView<double>, ConstMatrixView<double>, Index, MatrixView<double>,
                      Control&);
template void deepNtk(ConstMatrixView<float>, ConstMatrixView<float>, Index, MatrixView<float>,
                      Control&);

}  // namespace ntkit
