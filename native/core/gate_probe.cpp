#include "gate_probe.hpp"

#include <chrono>
#include <optional>
#include <vector>

#include "gates.hpp"
#include "row_products.hpp"

namespace ntkit {
namespace {

template <class T>
GateBits gatesOf(const PackedRows<T>& X, const PackedRows<T>& W, Control& control) {
  GateBits gates(X.rows(), W.rows());
  rectangularTiles(X.rows(), W.rows(), kProductTile, control, [&](const TileRange& tile) {
    T* const products = ProductScratch<T>::ofThisThread().products.data();
    X.multiply(W, tile, TilePart::kWhole, products, control);
    const ConstMatrixView<T> P{products, tile.rows, tile.cols, kProductTile};
    packGates<T>(P, tile.firstRow, tile.firstCol, gates);
  });
  return gates;
}

}  // namespace

template <class T>
double timeGivenGates(ConstMatrixView<T> X, ConstMatrixView<T> W, bool gram, MatrixView<T> K,
                      Control& control) {
  const GateBits gates = gatesOf<T>(PackedRows<T>(X, control), PackedRows<T>(W, control), control);
  const T factor = gram ? T{1} / static_cast<T>(W.rows) : T{1};
  const auto start = std::chrono::steady_clock::now();
  std::optional<PackedRows<T>> points;
  if (gram) points.emplace(X, control);
  const std::vector<T> ones(kProductTile, 1);
  symmetricTiles(K.rows, productTileEdge(K.rows, K.rows), control, [&](const TileRange& tile) {
    const bool diagonal = tile.firstRow == tile.firstCol;
    T* const products = ProductScratch<T>::ofThisThread().products.data();
    const MatrixView<T> shares{products, tile.rows, tile.cols, kProductTile};
    // One row of ones for all rows of the tile.
    ConstMatrixView<T> factors{ones.data(), tile.rows, tile.cols, 0};
    if (points) {
      const TilePart part = diagonal ? TilePart::kLower : TilePart::kWhole;
      points->multiply(*points, tile, part, products, control);
      factors = shares;
    }
    SharedGates shared(gates, gates, tile);
    shared.add(0, W.rows, nullptr, control, TargetRows::of(targetOf(K, tile, true)));
    shared.scale<T>(factor, false, factors, shares);
    writeTile(products, tile, true, K);
  });
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

template <class T>
Index givenGatesWorkspace(Index points, Index units, Index inputs) {
  return 2 * PackedRows<T>::bytes(points, inputs) + PackedRows<T>::bytes(units, inputs) +
         points * GateBits::wordsFor(units) * static_cast<Index>(sizeof(std::uint64_t)) +
         threads() * (ProductScratch<T>::bytes() + SharedGates::bytes(units));
}

template double timeGivenGates(ConstMatrixView<double>, ConstMatrixView<double>, bool,
                               MatrixView<double>, Control&);
template double timeGivenGates(ConstMatrixView<float>, ConstMatrixView<float>, bool,
                               MatrixView<float>, Control&);
template Index givenGatesWorkspace<double>(Index, Index, Index);
template Index givenGatesWorkspace<float>(Index, Index, Index);

}  // namespace ntkit
