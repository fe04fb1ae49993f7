#include "empirical_ntk.hpp"

#include "blas.hpp"
#include "gram.hpp"
#include "rows.hpp"

namespace ntkit {
namespace {

using blas::Op;

static_assert(kUnitBlock % kTile == 0 && kTile % 64 == 0, "blocks of units must start on a word");

// Both sets of points, one when the kernel is symmetric.
template <class T>
struct Points {
  ConstMatrixView<T> Z, X;

  bool symmetric() const { return sameView(Z, X); }
};

// What the units say about both sets of points; that of Z is empty when the kernel is symmetric.
template <class Part>
struct OfPoints {
  Part X, Z;
  bool symmetric;

  const Part& rows() const { return symmetric ? X : Z; }
};

template <class T>
OfPoints<GateBits> gatesFor(const Points<T>& points, Index units) {
  const bool symmetric = points.symmetric();
  return {GateBits(points.X.rows, units), GateBits(symmetric ? 0 : points.Z.rows, units),
          symmetric};
}

// Packs the gates of X at units [firstUnit, firstUnit + W.rows), and with `hidden` (X.rows x
// W.rows) keeps the activations relu(X W^T).
template <class T>
void activate(ConstMatrixView<T> X, ConstMatrixView<T> W, Index firstUnit, GateBits& gates,
              MatrixView<T>* hidden, Control& control) {
  const Index unitTiles = blockCount(W.rows, kTile);
  parallelFor(control, blockCount(X.rows, kTile) * unitTiles, [&](Index task) {
    const Index point = task / unitTiles * kTile, unit = task % unitTiles * kTile;
    const Index points = std::min(kTile, X.rows - point), units = std::min(kTile, W.rows - unit);
    OwnedMatrix<T> scratch;
    if (hidden == nullptr) scratch = OwnedMatrix<T>(points, units);
    const MatrixView<T> P =
        hidden == nullptr ? scratch.view() : hidden->block(point, points, unit, units);
    blas::gemm<T>(Op::kNone, Op::kTranspose, 1, X.rowBlock(point, points), W.rowBlock(unit, units),
                  0, P);
    packGates<T>(P, point, firstUnit + unit, gates);
    if (hidden != nullptr) {
      for (Index i = 0; i < points; ++i) rectify(P.row(i), units);
    }
    control.advance();
  });
}

// Runs body(W block, first unit) over blocks of units in order, each drawn once. Given weights are
// one block unless the activations of a block are kept.
template <class T, class Body>
void forUnitBlocks(const UnitWeights<T>& W, bool bounded, Control& control, const Body& body) {
  const Index step = bounded || W.drawn() ? kUnitBlock : W.width();
  Buffer<T> drawn;
  for (Index unit = 0; unit < W.width(); unit += step) {
    body(W.block(unit, std::min(step, W.width() - unit), drawn, control), unit);
  }
}

template <class T>
double activationTasks(const Points<T>& points, Index units) {
  const Index blocks = blockCount(points.X.rows, kTile) +
                       (points.symmetric() ? 0 : blockCount(points.Z.rows, kTile));
  return static_cast<double>(blocks * blockCount(units, kTile));
}

// The gates of all points at all units.
template <class T>
OfPoints<GateBits> gatesOf(const Points<T>& points, const UnitWeights<T>& W, Control& control) {
  OfPoints<GateBits> gates = gatesFor(points, W.width());
  control.expect(activationTasks(points, W.width()));
  forUnitBlocks(W, false, control, [&](ConstMatrixView<T> block, Index unit) {
    activate<T>(points.X, block, unit, gates.X, nullptr, control);
    if (!gates.symmetric) activate<T>(points.Z, block, unit, gates.Z, nullptr, control);
  });
  return gates;
}

// body(tile) over the tiles of a kernel, those on and below the diagonal of a symmetric one.
template <class T, class Body>
void forTiles(const Points<T>& points, Control& control, const Body& body) {
  const Index rowBlocks = blockCount(points.Z.rows, kTile);
  const Index colBlocks = blockCount(points.X.rows, kTile);
  const bool symmetric = points.symmetric();
  const Index tiles = symmetric ? rowBlocks * (rowBlocks + 1) / 2 : rowBlocks * colBlocks;
  parallelFor(control, tiles, [&](Index index) {
    const BlockPair block =
        symmetric ? lowerPair(index, rowBlocks) : BlockPair{index / colBlocks, index % colBlocks};
    const Index row = block.row * kTile, col = block.col * kTile;
    body(TileRange{row, std::min(kTile, points.Z.rows - row), col,
                   std::min(kTile, points.X.rows - col)});
    control.advance();
  });
}

template <class T>
double tileCount(const Points<T>& points) {
  const Index rows = blockCount(points.Z.rows, kTile), cols = blockCount(points.X.rows, kTile);
  return static_cast<double>(points.symmetric() ? rows * (rows + 1) / 2 : rows * cols);
}

template <class T>
MatrixView<T> tileOf(MatrixView<T> K, const TileRange& tile) {
  return K.block(tile.firstRow, tile.rows, tile.firstCol, tile.cols);
}

// A tile of Z X^T on its own; of one on the diagonal, the lower triangle at least.
template <class T>
OwnedMatrix<T> gramOf(const Points<T>& points, const TileRange& tile) {
  OwnedMatrix<T> gram(tile.rows, tile.cols);
  blas::gemm<T>(Op::kNone, Op::kTranspose, 1, points.Z.rowBlock(tile.firstRow, tile.rows),
                points.X.rowBlock(tile.firstCol, tile.cols), 0, gram.view());
  return gram;
}

// Sums the second layer's part: K[k] = sum over the first widths[k] units of relu(Z W^T) relu(X
// W^T)^T, not yet divided; and packs the gates on the way. K[k] starts as K[k - 1] was.
template <class T>
OfPoints<GateBits> sumActivations(const Points<T>& points, const UnitWeights<T>& W,
                                  std::span<const Index> widths, std::span<const MatrixView<T>> K,
                                  Control& control) {
  OfPoints<GateBits> gates = gatesFor(points, W.width());
  const Index units = std::min(kUnitBlock, W.width());
  OfPoints<OwnedMatrix<T>> hidden{OwnedMatrix<T>(points.X.rows, units),
                                  OwnedMatrix<T>(gates.symmetric ? 0 : points.Z.rows, units),
                                  gates.symmetric};
  const double blocks = static_cast<double>(blockCount(W.width(), kUnitBlock));
  control.expect(activationTasks(points, W.width()) + blocks * tileCount(points));
  forUnitBlocks(W, true, control, [&](ConstMatrixView<T> block, Index unit) {
    MatrixView<T> ofX = hidden.X.view(), ofZ = hidden.Z.view();
    activate<T>(points.X, block, unit, gates.X, &ofX, control);
    if (!gates.symmetric) activate<T>(points.Z, block, unit, gates.Z, &ofZ, control);
    forTiles(points, control, [&](const TileRange& tile) {
      const ConstMatrixView<T> columns = ofX.rowBlock(tile.firstCol, tile.cols);
      const ConstMatrixView<T> rows =
          (gates.symmetric ? ofX : ofZ).rowBlock(tile.firstRow, tile.rows);
      Index start = 0;
      for (std::size_t k = 0; k < widths.size(); start = widths[k++]) {
        const Index first = std::max(start, unit) - unit;
        const Index last = std::min(widths[k], unit + block.rows) - unit;
        if (first >= last) continue;
        const MatrixView<T> out = tileOf(K[k], tile);
        const bool begins = first + unit == start;
        if (begins && k > 0) {
          const MatrixView<T> before = tileOf(K[k - 1], tile);
          for (Index i = 0; i < tile.rows; ++i) std::copy_n(before.row(i), tile.cols, out.row(i));
        }
        blas::gemm<T>(Op::kNone, Op::kTranspose, 1, rows.block(0, tile.rows, first, last - first),
                      columns.block(0, tile.cols, first, last - first),
                      begins && k == 0 ? T{0} : T{1}, out);
      }
    });
  });
  return gates;
}

// Bit r of word array s_kl: whether unit r has the same sign for outputs k and l.
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
  const Points<T> points{Z, X};
  const bool both = trained == TrainedLayers::kBoth;
  control.part(0, 0.6);
  const OfPoints<GateBits> gates =
      both ? sumActivations(points, W, widths, K, control) : gatesOf(points, W, control);
  control.part(0.6, 1);
  control.expect(tileCount(points));
  forTiles(points, control, [&](const TileRange& tile) {
    // Where the sums do not lie there already, the last kernel's own tile takes the Gram matrix.
    const MatrixView<T> last = tileOf(K.back(), tile);
    OwnedMatrix<T> scratch;
    if (both) {
      scratch = gramOf(points, tile);
    } else {
      gramTile(Z, X, tile, gates.symmetric ? partOf(tile) : TilePart::kWhole, K.back());
    }
    const ConstMatrixView<T> gram = both ? scratch.view() : last;
    SharedGates shared(gates.rows(), gates.X, tile);
    Index start = 0;
    for (std::size_t k = 0; k < widths.size(); start = widths[k++]) {
      control.checkpoint();
      shared.add(start, widths[k]);
      const T inverseWidth = T{1} / static_cast<T>(widths[k]);
      shared.scale<T>(inverseWidth, both, gram, tileOf(K[k], tile));
      if (gates.symmetric) mirrorTile(K[k], tile);
    }
  });
}

template <class T>
void outputNtk(ConstMatrixView<T> Z, ConstMatrixView<T> X, const UnitWeights<T>& W,
               ConstMatrixView<T> signs, MatrixView<T> K, Control& control) {
  const Points<T> points{Z, X};
  const Index outputs = signs.cols;
  control.part(0, 0.4);
  const OfPoints<GateBits> gates = gatesOf(points, W, control);
  control.part(0.4, 1);
  control.expect(tileCount(points));
  const T inverseWidth = T{1} / static_cast<T>(W.width());
  forTiles(points, control, [&](const TileRange& tile) {
    const OwnedMatrix<T> gramTileOfPoints = gramOf(points, tile);
    const ConstMatrixView<T> gram = gramTileOfPoints.view();
    const auto place = [&](Index k, Index l, const auto& count) {
      for (Index i = 0; i < tile.rows; ++i) {
        T* const row = K.row((tile.firstRow + i) * outputs + k) + tile.firstCol * outputs + l;
        for (Index j = 0; j < tile.cols; ++j) {
          row[j * outputs] = gram(i, j) * (static_cast<T>(count(i, j)) * inverseWidth);
        }
      }
    };
    SharedGates all(gates.rows(), gates.X, tile);
    all.add(0, W.width());
    Buffer<std::uint64_t> agreeing(GateBits::wordsFor(W.width()));
    for (Index k = 0; k < outputs; ++k) {
      place(k, k, all);
      for (Index l = 0; l < k; ++l) {
        control.checkpoint();
        agreeingUnits(signs, k, l, agreeing);
        SharedGates same(gates.rows(), gates.X, tile);
        same.add(0, W.width(), agreeing.data());
        const auto balance = [&](Index i, Index j) { return 2 * same(i, j) - all(i, j); };
        place(k, l, balance);
        place(l, k, balance);
      }
    }
    if (gates.symmetric) {
      mirrorTile(K, {tile.firstRow * outputs, tile.rows * outputs, tile.firstCol * outputs,
                     tile.cols * outputs});
    }
  });
}

template <class T>
Index empiricalNtkWorkspace(const NtkSize& size) {
  const Index block = std::min(kUnitBlock, size.width), words = GateBits::wordsFor(size.width);
  const Index counts = SharedGates::bytes(size.width) * (size.masked ? 2 : 1) +
                       (size.masked ? words * Index{sizeof(std::uint64_t)} : 0);
  Index elements = threads() * kTile * kTile;
  if (size.drawn) elements += block * size.inputs;
  if (size.keepsActivations) elements += size.points * block;
  return size.points * words * Index{sizeof(std::uint64_t)} + threads() * counts +
         elements * Index{sizeof(T)};
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
