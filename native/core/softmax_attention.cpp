#include "softmax_attention.hpp"

#include "cpu.hpp"
#include "gram.hpp"
#include "parallel.hpp"
#include "product.hpp"
#include "projections.hpp"
#include "rows.hpp"
#include "steps.hpp"

namespace ntkit {
namespace {

// Keys of a block of scores: whole tiles, 1.4 MiB of doubles a thread. Values are multiplied with
// them in blocks that divide it.
constexpr Index kKeys = 5 * kProductTile, kBlockDepth = kProductTile / 2;
constexpr Index kLeastRows = 96, kBlocks = 8;

Index rowsOfBlock(Index queries) {
  return equalBlock(queries, std::clamp(blockCount(queries, kBlocks), kLeastRows, kProductTile));
}

// Whether all products of rows with one another are made at once, each for both of its rows: where
// they take no more room than the rows twice.
bool holdsProducts(bool itself, Index points, Index inputs, const SoftmaxOptions& options) {
  return itself && !options.projectionSeed && points <= 2 * inputs;
}

template <class T>
void scale(T* row, Index length, double factor) {
  for (Index j = 0; j < length; ++j) row[j] = static_cast<T>(static_cast<double>(row[j]) * factor);
}

// Keys and values as products read them.
template <class T>
struct Memory {
  Memory(ConstMatrixView<T> K, ConstMatrixView<T> V, Control& control)
      : keys(K, control), values(PackedRows<T>::columns(V, control, kBlockDepth)) {}
  PackedRows<T> keys, values;
};

// Calls body(tile) for the tiles of so many rows and the columns from `first`, a row of tiles.
template <class Body>
void rowOfTiles(Index rows, Index first, Index count, const Body& body) {
  for (Index col = first; col < first + count; col += kProductTile) {
    body(TileRange{0, rows, col, std::min(kProductTile, first + count - col)});
  }
}

// The products of a block of queries with all keys, some keys after the other.
template <class T>
class Products {
 public:
  // To be computed.
  Products(ConstMatrixView<T> Q, const PackedRows<T>& keys, Control& control)
      : keys_(&keys),
        asking_(PackedRows<T>(Q, control)),
        own_(Q.rows, std::min(keys.rows(), kKeys)) {}
  // Those that are there.
  explicit Products(MatrixView<T> all) : all_(all) {}

  // With `count` keys from `first`, times `factor`; once, since those that are there are
  // overwritten.
  MatrixView<T> scaled(Index first, Index count, T factor, const Control& control) {
    if (asking_) return computed(first, count, factor, control);
    const auto products = all_.block(0, all_.rows, first, count);
    for (Index i = 0; i < products.rows; ++i) {
      T* const row = products.row(i);
      for (Index k = 0; k < count; ++k) row[k] *= factor;
    }
    return products;
  }

 private:
  MatrixView<T> computed(Index first, Index count, T factor, const Control& control) {
    const auto products = own_.view().block(0, own_.rows(), 0, count);
    rowOfTiles(own_.rows(), first, count, [&](const TileRange& tile) {
      eachProductRow(*asking_, *keys_, 0, tile, control,
                     [&](Index i, Index j, Index width, const T* values) {
                       T* const row = products.row(i) + j - first;
                       for (Index k = 0; k < width; ++k) row[k] = factor * values[k];
                     });
    });
    return products;
  }

  const PackedRows<T>* keys_ = nullptr;
  std::optional<PackedRows<T>> asking_;
  OwnedMatrix<T> own_;
  MatrixView<T> all_;
};

// One block of queries, whose products these are, against all keys.
template <class T>
void attendBlock(Products<T> products, const Memory<T>& memory, const SoftmaxOptions& options,
                 MatrixView<T> out, Control& control) {
  const Index n = memory.keys.rows(), rows = out.rows;
  // Once for all keys: blocks of many sizes would fill the heap with holes.
  PackedRows<T> weights(rows, std::min(n, kKeys), kBlockDepth);
  Buffer<SoftmaxRow<T>> states(rows);
  states.fill(SoftmaxRow<T>{});
  const auto update = kernels().softmax<T>();
  const T inverse = static_cast<T>(1 / options.temperature);
  for (Index i = 0; i < rows; ++i) std::fill_n(out.row(i), out.cols, T{0});
  for (Index first = 0; first < n; first += kKeys) {
    const Index count = std::min(kKeys, n - first);
    const auto scores = products.scaled(first, count, inverse, control);
    for (Index i = 0; i < rows; ++i) {
      const T factor = update(scores.row(i), count, states[i]);
      if (first > 0 && factor != 1) scale(out.row(i), out.cols, static_cast<double>(factor));
    }
    weights.assign(scores, control);
    rowOfTiles(rows, 0, out.cols, [&](const TileRange& tile) {
      eachProductRow(weights, memory.values, first, tile, control,
                     [&](Index i, Index j, Index width, const T* parts) {
                       T* const row = out.row(i) + j;
                       for (Index k = 0; k < width; ++k) row[k] += parts[k];
                     });
    });
  }
  for (Index i = 0; i < rows; ++i) {
    scale(out.row(i), out.cols, 1 / states[i].sum);
    if (options.normalized) normalize(out.row(i), out.cols);
  }
}

}  // namespace

template <class T>
void softmaxAttention(ConstMatrixView<T> X, ConstMatrixView<T> Z, const SoftmaxOptions& options,
                      MatrixView<T> out, Control& control) {
  constexpr double kProjectionShare = 0.3, kHeldShare = 1.0 / 3;
  ConstMatrixView<T> Q = Z, K = X, V = X;
  OwnedMatrix<T> ownQ, ownK, ownV;
  Steps steps(control, 1);
  if (options.projectionSeed) {
    steps.next(kProjectionShare);
    Steps products(control, 3);
    const Projections<T> weights = drawProjections<T>(*options.projectionSeed, 0, X.cols, control);
    const auto project = [&](ConstMatrixView<T>& rows, const OwnedMatrix<T>& by,
                             OwnedMatrix<T>& own) {
      products.next();
      own = OwnedMatrix<T>(rows.rows, rows.cols);
      multiply<T>(1, rows, Op::kNone, by.view(), own.view(), control);
      rows = own.view();
    };
    project(Q, weights.queries, ownQ);
    project(K, weights.keys, ownK);
    project(V, weights.values, ownV);
  }
  const Memory<T> memory(K, V, control);
  const bool holds = holdsProducts(sameView(X, Z), X.rows, X.cols, options);
  OwnedMatrix<T> held;
  if (holds) {
    steps.next(kHeldShare);
    held = OwnedMatrix<T>(X.rows, X.rows);
    gram<T>(memory.keys, held.view(), control);
  }
  steps.next(1 - (holds ? kHeldShare : options.projectionSeed ? kProjectionShare : 0));
  control.expect(static_cast<double>(Q.rows));
  parallelBlocks(control, Q.rows, rowsOfBlock(Q.rows), [&](Index first, Index count) {
    attendBlock<T>(holds ? Products<T>(held.view().rowBlock(first, count))
                         : Products<T>(Q.rowBlock(first, count), memory.keys, control),
                   memory, options, out.rowBlock(first, count), control);
    control.advance(static_cast<double>(count));
  });
}

template <class T>
void addSoftmaxWorkspace(MemoryEstimate& estimate, Index points, Index inputs, Index queries,
                         bool itself, const SoftmaxOptions& options) {
  const Index rows = rowsOfBlock(queries);
  const Index keys = std::min(points, kKeys);
  estimate.add(threads() * rows, 1, sizeof(SoftmaxRow<T>))
      .add(threads(), PackedRows<T>::bytes(rows, keys), 1)
      .add(PackedRows<T>::bytes(points, inputs) + PackedRows<T>::bytes(inputs, points), 1, 1)
      .add(threads(), ProductScratch<T>::bytes(), 1);
  if (holdsProducts(itself, points, inputs, options)) {
    estimate.add(points, points, sizeof(T));
  } else {
    estimate.add(threads() * rows, keys, sizeof(T))
        .add(threads(), PackedRows<T>::bytes(rows, inputs), 1);
  }
  if (!options.projectionSeed) return;
  estimate.add(3 * inputs, inputs, sizeof(T))
      .add(queries + 2 * points, inputs, sizeof(T))
      .add(multiplyBytes<T>(inputs, inputs), 1, 1);
}

#define NTKIT_INSTANTIATE(T)                                                                    \
  template void softmaxAttention(ConstMatrixView<T>, ConstMatrixView<T>, const SoftmaxOptions&, \
                                 MatrixView<T>, Control&);                                      \
  template void addSoftmaxWorkspace<T>(MemoryEstimate&, Index, Index, Index, bool,              \
                                       const SoftmaxOptions&)

NTKIT_INSTANTIATE(double);
NTKIT_INSTANTIATE(float);

#undef NTKIT_INSTANTIATE

}  // namespace ntkit
