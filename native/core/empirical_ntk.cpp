#include "empirical_ntk.hpp"

#include "gram.hpp"
#include "rows.hpp"

namespace ntkit {
namespace {

// Both sets of points, packed; one when the kernel is symmetric.
template <class T>
class Points {
 public:
  Points(ConstMatrixView<T> Z, ConstMatrixView<T> X, Control& control) : X_(X, control) {
    if (!sameView(Z, X)) Z_.emplace(Z, control);
  }

  bool symmetric() const { return !Z_.has_value(); }
  const PackedRows<T>& X() const { return X_; }
  const PackedRows<T>& Z() const { return Z_ ? *Z_ : X_; }

  // body(tile) over the tiles of a kernel, those on and below the diagonal of a symmetric one.
  template <class Body>
  void forTiles(Control& control, const Body& body) const {
    const Index edge = productTileEdge(Z().rows(), X_.rows());
    if (symmetric()) {
      symmetricTiles(X_.rows(), edge, control, body);
    } else {
      rectangularTiles(Z().rows(), X_.rows(), edge, control, body);
    }
  }

  // The products of a tile, of the lower triangle of one on the diagonal.
  void multiply(const TileRange& tile, T* products, const Control& control) const {
    Z().multiply(X_, tile, onDiagonal(tile) ? TilePart::kLower : TilePart::kWhole, products,
                 control);
  }

  bool onDiagonal(const TileRange& tile) const {
    return symmetric() && tile.firstRow == tile.firstCol;
  }

 private:
  PackedRows<T> X_;
  std::optional<PackedRows<T>> Z_;
};

// One of X and, unless the kernel is symmetric, one of Z.
template <class Part>
struct OfPoints {
  Part X;
  std::optional<Part> Z;

  const Part& rows() const { return Z ? *Z : X; }
};

template <class Part, class T>
OfPoints<Part> ofPoints(const Points<T>& points, Index units) {
  OfPoints<Part> parts{Part(points.X().rows(), units), std::nullopt};
  if (!points.symmetric()) parts.Z.emplace(points.Z().rows(), units);
  return parts;
}

template <class T>
MatrixView<T> productView(T* products, Index rows, Index cols) {
  return {products, rows, cols, kProductTile};
}

// Packs the gates of X at units [firstUnit, firstUnit + W.rows()), and with `hidden` (X.rows() x at
// least W.rows()) keeps the activations relu(X W^T).
template <class T>
void activate(const PackedRows<T>& X, const PackedRows<T>& W, Index firstUnit, GateBits& gates,
              OwnedMatrix<T>* hidden, Control& control) {
  const Index unitTiles = blockCount(W.rows(), kProductTile);
  parallelFor(control, blockCount(X.rows(), kProductTile) * unitTiles, [&](Index task) {
    const Index point = task / unitTiles * kProductTile, unit = task % unitTiles * kProductTile;
    const TileRange tile{point, std::min(kProductTile, X.rows() - point), unit,
                         std::min(kProductTile, W.rows() - unit)};
    T* const products = ProductScratch<T>::ofThisThread().products.data();
    X.multiply(W, tile, TilePart::kWhole, products, control);
    const MatrixView<T> P = productView(products, tile.rows, tile.cols);
    packGates<T>(P, point, firstUnit + unit, gates);
    for (Index i = 0; i < tile.rows && hidden != nullptr; ++i) {
      T* const kept = hidden->view().row(point + i) + unit;
      std::copy_n(P.row(i), tile.cols, kept);
      rectify(kept, tile.cols);
    }
    control.advance();
  });
}

// Calls body(units, first unit) for every block of units in order.
template <class T, class Body>
void forUnitBlocks(const Points<T>& points, const UnitWeights<T>& W, Control& control, double until,
                   const Body& body) {
  const double width = static_cast<double>(W.width());
  const Index rows = points.X().rows() + (points.symmetric() ? 0 : points.Z().rows());
  for (Index unit = 0; unit < W.width(); unit += kUnitBlock) {
    const Index count = std::min(kUnitBlock, W.width() - unit);
    control.part(until * static_cast<double>(unit) / width,
                 until * static_cast<double>(unit + count) / width);
    const PackedRows<T> packed = W.packed(unit, count, control);
    control.expect(
        static_cast<double>(blockCount(rows, kProductTile) * blockCount(count, kProductTile)));
    body(packed, unit);
  }
}

// The gates of all points at all units.
template <class T>
OfPoints<GateBits> gatesOf(const Points<T>& points, const UnitWeights<T>& W, Control& control,
                           double until) {
  OfPoints<GateBits> gates = ofPoints<GateBits>(points, W.width());
  forUnitBlocks(points, W, control, until, [&](const PackedRows<T>& units, Index first) {
    activate<T>(points.X(), units, first, gates.X, nullptr, control);
    if (gates.Z) activate<T>(points.Z(), units, first, *gates.Z, nullptr, control);
  });
  return gates;
}

// Adds <z, x> over the rows of a kernel to `sums`, which start as `before`, or as 0 without one.
template <class T>
void addProducts(const Points<T>& points, const MatrixView<T>* before, MatrixView<T> sums,
                 Control& control) {
  points.forTiles(control, [&](const TileRange& tile) {
    T* const products = ProductScratch<T>::ofThisThread().products.data();
    points.multiply(tile, products, control);
    for (Index i = 0; i < tile.rows; ++i) {
      const T* const add = products + i * kProductTile;
      T* const out = sums.row(tile.firstRow + i) + tile.firstCol;
      if (before == nullptr) {
        std::copy_n(add, tile.cols, out);
      } else {
        const T* const old = before->row(tile.firstRow + i) + tile.firstCol;
#pragma GCC ivdep
        for (Index j = 0; j < tile.cols; ++j) out[j] = old[j] + add[j];
      }
    }
  });
}

// The second layer's part, not yet divided by a width: K[k] = sum over the first widths[k] units of
// relu(Z W^T) relu(X W^T)^T, the lower triangle of tiles at least; and the gates on the way.
template <class T>
OfPoints<GateBits> sumActivations(const Points<T>& points, const UnitWeights<T>& W,
                                  std::span<const Index> widths, std::span<const MatrixView<T>> K,
                                  Control& control, double until) {
  OfPoints<GateBits> gates = ofPoints<GateBits>(points, W.width());
  auto hidden = ofPoints<OwnedMatrix<T>>(points, std::min(kUnitBlock, W.width()));
  std::size_t k = 0;
  forUnitBlocks(points, W, control, until, [&](const PackedRows<T>& units, Index first) {
    activate<T>(points.X(), units, first, gates.X, &hidden.X, control);
    if (gates.Z) activate<T>(points.Z(), units, first, *gates.Z, &*hidden.Z, control);
    // The widths cut the block: the units from `from` to `to` belong to K[k] and those after it.
    for (Index from = 0; from < units.rows();) {
      const Index to = std::min(units.rows(), widths[k] - first);
      const auto part = [&](const OwnedMatrix<T>& activations) {
        return activations.view().block(0, activations.rows(), from, to - from);
      };
      const Points<T> activated(part(hidden.rows()), part(hidden.X), control);
      const bool starts = first + from == (k > 0 ? widths[k - 1] : 0);
      const MatrixView<T>* const before = !starts ? &K[k] : k > 0 ? &K[k - 1] : nullptr;
      addProducts(activated, before, K[k], control);
      if (first + to == widths[k]) ++k;
      from = to;
    }
  });
  return gates;
}

// Bit r of s_kl: whether unit r has the same sign for outputs k and l.
template <class T>
void agreeingUnits(ConstMatrixView<T> signs, Index k, Index l, Buffer<std::uint64_t>& words) {
  words.fill(0);
  for (Index r = 0; r < signs.rows; ++r) {
    words[r / 64] |= std::uint64_t{signs(r, k) == signs(r, l)} << (r % 64);
  }
}

}  // namespace

template <class T>
void empiricalNtk(ConstMatrixView<T> Z, ConstMatrixView<T> X, const UnitWeights<T>& W,
                  TrainedLayers trained, std::span<const Index> widths,
                  std::span<const MatrixView<T>> K, Control& control) {
  constexpr double kCounting = 0.6;  // the share of the work after which tiles are counted
  const bool both = trained == TrainedLayers::kBoth;
  const Points<T> points(Z, X, control);
  const OfPoints<GateBits> gates = both ? sumActivations(points, W, widths, K, control, kCounting)
                                        : gatesOf(points, W, control, kCounting);
  control.part(kCounting, 1);
  points.forTiles(control, [&](const TileRange& tile) {
    T* const products = ProductScratch<T>::ofThisThread().products.data();
    points.multiply(tile, products, control);
    const ConstMatrixView<T> gram = productView(products, tile.rows, tile.cols);
    // Whole, as the map reads rows up to a multiple of its vectors.
    OwnedMatrix<T> scratch(kProductTile, kProductTile);
    const MatrixView<T> scaled = scratch.view().block(0, tile.rows, 0, tile.cols);
    SharedGates shared(gates.rows(), gates.X, tile);
    Index start = 0;
    for (std::size_t k = 0; k < widths.size(); start = widths[k++]) {
      shared.add(start, widths[k], nullptr, control,
                 TargetRows::of(targetOf(K[k], tile, points.symmetric())));
      for (Index i = 0; i < tile.rows && both; ++i) {
        std::copy_n(K[k].row(tile.firstRow + i) + tile.firstCol, tile.cols, scaled.row(i));
      }
      shared.scale<T>(T{1} / static_cast<T>(widths[k]), both, gram, scaled);
      writeTile(scaled.data, tile, points.symmetric(), K[k]);
    }
  });
}

template <class T>
void outputNtk(ConstMatrixView<T> Z, ConstMatrixView<T> X, const UnitWeights<T>& W,
               ConstMatrixView<T> signs, MatrixView<T> K, Control& control) {
  constexpr double kCounting = 0.3;
  const Points<T> points(Z, X, control);
  const Index outputs = signs.cols;
  const OfPoints<GateBits> gates = gatesOf(points, W, control, kCounting);
  control.part(kCounting, 1);
  const T inverseWidth = T{1} / static_cast<T>(W.width());
  points.forTiles(control, [&](const TileRange& tile) {
    T* const gram = ProductScratch<T>::ofThisThread().products.data();
    points.multiply(tile, gram, control);
    if (points.onDiagonal(tile)) mirrorProducts(gram, tile.rows);
    const auto place = [&](Index k, Index l, const auto& count) {
      for (Index i = 0; i < tile.rows; ++i) {
        T* const row = K.row((tile.firstRow + i) * outputs + k) + tile.firstCol * outputs + l;
        for (Index j = 0; j < tile.cols; ++j) {
          row[j * outputs] =
              gram[i * kProductTile + j] * (static_cast<T>(count(i, j)) * inverseWidth);
        }
      }
    };
    SharedGates all(gates.rows(), gates.X, tile);
    all.add(0, W.width(), nullptr, control);
    Buffer<std::uint64_t> agreeing(GateBits::wordsFor(W.width()));
    for (Index k = 0; k < outputs; ++k) {
      place(k, k, all);
      for (Index l = 0; l < k; ++l) {
        agreeingUnits(signs, k, l, agreeing);
        SharedGates same(gates.rows(), gates.X, tile);
        same.add(0, W.width(), agreeing.data(), control);
        const auto balance = [&](Index i, Index j) { return 2 * same(i, j) - all(i, j); };
        place(k, l, balance);
        place(l, k, balance);
      }
    }
    if (points.symmetric()) {
      mirrorTile(K, {tile.firstRow * outputs, tile.rows * outputs, tile.firstCol * outputs,
                     tile.cols * outputs});
    }
  });
}

template <class T>
Index empiricalNtkWorkspace(const NtkSize& size) {
  constexpr Index kElement = sizeof(T), kWord = sizeof(std::uint64_t);
  const Index block = std::min(kUnitBlock, size.width), words = GateBits::wordsFor(size.width);
  // Points and a block of units, packed; the gates.
  Index bytes = PackedRows<T>::bytes(size.points, size.inputs) +
                PackedRows<T>::bytes(block, size.inputs) + size.points * words * kWord;
  // The activations of a block, and packed for their products.
  if (size.keepsActivations) {
    bytes += size.points * block * kElement + PackedRows<T>::bytes(size.points, block);
  }
  const Index counts = SharedGates::bytes(size.width) * (size.masked ? 2 : 1);
  const Index thread =
      ProductScratch<T>::bytes() + kProductTile * kProductTile * kElement + counts + words * kWord;
  return bytes + threads() * thread;
}

#define NTKIT_INSTANTIATE(T)                                                                \
  template void empiricalNtk(ConstMatrixView<T>, ConstMatrixView<T>, const UnitWeights<T>&, \
                             TrainedLayers, std::span<const Index>,                         \
                             std::span<const MatrixView<T>>, Control&);                     \
  template void outputNtk(ConstMatrixView<T>, ConstMatrixView<T>, const UnitWeights<T>&,    \
                          ConstMatrixView<T>, MatrixView<T>, Control&);                     \
  template Index empiricalNtkWorkspace<T>(const NtkSize&)

NTKIT_INSTANTIATE(double);
NTKIT_INSTANTIATE(float);

#undef NTKIT_INSTANTIATE

}  // namespace ntkit
