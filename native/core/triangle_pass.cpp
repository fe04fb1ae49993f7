#include "triangle_pass.hpp"

#include "panels.hpp"
#include "parallel.hpp"
#include "strip_panel.hpp"

namespace ntkit {
namespace {

// Each part adds its sums, and they cross from core to core: few parts, of some tiles each.
constexpr Index kMaxParts = 16, kTilesPerPart = 4;
// Rows of tiles that are passed together, column by column: they share the column's sums.
constexpr Index kGroup = 4;

// Edges of tiles: small matrices have tiles for all threads. Orders are multiples of the lanes of a
// panel, and so are all tiles.
constexpr Index kSmallEdge = 48, kEdge = 96, kSmallOrder = 768;
static_assert(kSmallEdge % kMaxLanes<double> == 0 && kNarrowBand % kMaxLanes<double> == 0);

// A thread's memory, kept for its next tile.
double* squareOfThisThread() {
  thread_local Buffer<double> square{kEdge * kEdge};
  return square.data();
}

}  // namespace

template <Index kBand>
PairFactors<kBand>::PairFactors(Index n, double* memory)
    : rows{memory, 2 * kBand, n, spreadColumns(n, kCacheLine<double>)},
      columns{memory + rows.rows * rows.stride, n, 2 * kBand,
              spreadColumns(2 * kBand, kCacheLine<double>)},
      W(rows.rowBlock(0, kBand)),
      V(rows.rowBlock(kBand, kBand)) {}

template <Index kBand>
Index PairFactors<kBand>::workspace(Index n) {
  return 2 * kBand * spreadColumns(n, kCacheLine<double>) +
         n * spreadColumns(2 * kBand, kCacheLine<double>);
}

template <Index kBand>
TrianglePass<kBand>::TrianglePass(MatrixView<double> A, double* memory) : A_(A), sums_(memory) {}

template <Index kBand>
Index TrianglePass<kBand>::workspace(Index n) {
  return 2 * kMaxParts * kBand * roundUp(n, kEdge);
}

template <Index kBand>
void TrianglePass<kBand>::begin(Index order, const PairFactors<kBand>* pair) {
  order_ = order;
  pair_ = pair;
  edge_ = order <= kSmallOrder ? kSmallEdge : kEdge;
  blocks_ = blockCount(order, edge_);
  tiles_.clear();
  for (Index group = 0; group < blocks_; group += kGroup) {
    const Index end = std::min(group + kGroup, blocks_);
    for (Index col = 0; col < end; ++col) {
      for (Index row = std::max(group, col); row < end; ++row) {
        tiles_.push_back({static_cast<std::int32_t>(row), static_cast<std::int32_t>(col)});
      }
    }
  }
  updated_.assign(tiles_.size(), pair == nullptr);
  cut();
  started_.assign(static_cast<std::size_t>(2 * parts() * blocks_), 0);
}

// Behind the tiles with which the area reaches the parts' shares.
template <Index kBand>
void TrianglePass<kBand>::cut() {
  const auto count = static_cast<Index>(tiles_.size());
  Index parts = 1;
  while (parts < kMaxParts && count >= 2 * parts * kTilesPerPart) parts *= 2;
  const auto areaOf = [&](const Tile& tile) {
    return sizeOf(tile.row) * (tile.row == tile.col ? 1 : 2);
  };
  Index total = 0, area = 0;
  for (const Tile& tile : tiles_) total += areaOf(tile);
  cuts_.assign(1, 0);
  for (std::size_t i = 0; i < tiles_.size(); ++i) {
    area += areaOf(tiles_[i]);
    if (area * parts >= total * static_cast<Index>(cuts_.size())) cuts_.push_back(i + 1);
  }
}

template <Index kBand>
PanelEnd TrianglePass<kBand>::endOf(Index part, Index block, Side side) {
  if (has(part, block, side)) return PanelEnd::kAddSum;
  started_[static_cast<std::size_t>(indexOf(part, block, side))] = 1;
  return PanelEnd::kStore;
}

template <Index kBand>
void TrianglePass<kBand>::updateRowsBehind() {
  for (Index col = 0; col < order_ + kBand; col += kernel_.lanes) {
    updatePanel(order_, order_ + kBand, col);
  }
}

// On the diagonal each panel from its own rows on.
template <Index kBand>
void TrianglePass<kBand>::update(const Tile& tile) {
  const Index i = firstOf(tile.row), j = firstOf(tile.col);
  for (Index col = j; col < j + sizeOf(tile.col); col += kernel_.lanes) {
    updatePanel(std::max(i, col), i + sizeOf(tile.row), col);
  }
}

template <Index kBand>
void TrianglePass<kBand>::updatePanel(Index firstRow, Index endRow, Index firstCol) {
  const auto rows = pair_->rows, columns = pair_->columns;
  kernel_.multiply({columns.row(firstRow), columns.stride, endRow - firstRow, rows.data + firstCol,
                    rows.stride, 2 * kBand, PanelEnd::kAddSum, &A_(firstRow, firstCol), A_.stride});
}

template <Index kBand>
void TrianglePass<kBand>::updateAhead(Index part, const std::atomic<bool>& done) {
  const std::size_t end = cuts_[static_cast<std::size_t>(part) + 1];
  for (std::size_t index = cuts_[static_cast<std::size_t>(part)]; index < end; ++index) {
    if (done.load(std::memory_order_relaxed)) return;
    update(tiles_[index]);
    updated_[index] = 1;
  }
}

template <Index kBand>
void TrianglePass<kBand>::pass(Index part, const PairFactors<kBand>& R) {
  const std::size_t end = cuts_[static_cast<std::size_t>(part) + 1];
  for (std::size_t index = cuts_[static_cast<std::size_t>(part)]; index < end; ++index) {
    const Tile& tile = tiles_[index];
    if (tile.row == tile.col) {
      if (!updated_[index]) update(tile);
      multiplyDiagonal(part, tile.row, R);
    } else {
      multiply(part, index, index + 1 < end ? wholeTile(index + 1) : nullptr, R);
    }
  }
}

// Null for a tile of fewer rows.
template <Index kBand>
const double* TrianglePass<kBand>::wholeTile(std::size_t index) const {
  const Tile& tile = tiles_[index];
  return sizeOf(tile.row) < edge_ ? nullptr : &A_(firstOf(tile.row), firstOf(tile.col));
}

// A tile below the diagonal, of whole columns. Each panel is multiplied for its columns when it is
// up to date, the tile for its rows in the end; meanwhile the next tile comes into the L2 cache.
template <Index kBand>
void TrianglePass<kBand>::multiply(Index part, std::size_t index, const double* next,
                                   const PairFactors<kBand>& R) {
  const Tile& tile = tiles_[index];
  const Index i = firstOf(tile.row), j = firstOf(tile.col), rows = sizeOf(tile.row);
  const Index lanes = kernel_.lanes;
  // A product asks for as many rows as it has, of three panels; `asked` counts such blocks.
  Index asked = 0;
  const auto multiplyAndAsk = [&](PanelProduct<double> product) {
    const Index row = asked % edge_, col = asked / edge_ * 3 * lanes;
    if (next != nullptr && row + product.rows <= edge_ && col < edge_) {
      for (Index p = 0; p < 3; ++p) product.next[p] = next + row * A_.stride + col + p * lanes;
      product.nextStride = A_.stride;
    }
    asked += product.rows;
    kernel_.multiply(product);
  };
  const PanelEnd columnsEnd = endOf(part, tile.col, Side::kColumns);
  double* const ofColumns = sumsOf(part, tile.col, Side::kColumns);
  for (Index col = 0; col < edge_; col += lanes) {
    if (!updated_[index]) updatePanel(i, i + rows, j + col);
    multiplyAndAsk({R.V.data + i, R.V.stride, kBand, &A_(i, j + col), A_.stride, rows, columnsEnd,
                    ofColumns + col, edge_});
  }
  const PanelEnd rowsEnd = endOf(part, tile.row, Side::kRows);
  double* const ofRows = sumsOf(part, tile.row, Side::kRows);
  for (Index row = 0; row < kBand; row += lanes) {
    multiplyAndAsk({&A_(i, j), A_.stride, rows, R.columns.row(j) + row, R.columns.stride, edge_,
                    rowsEnd, ofRows + row, kBand});
  }
}

template <Index kBand>
void TrianglePass<kBand>::multiplyDiagonal(Index part, Index block, const PairFactors<kBand>& R) {
  const Index first = firstOf(block), size = sizeOf(block);
  double* const square = squareOfThisThread();
  // What lies above the diagonal becomes what lies below.
  transpose(&A_(first, first), A_.stride, size, size, square, edge_);
  for (Index i = 0; i < size; ++i) std::copy_n(&A_(first + i, first), i, square + i * edge_);
  const PanelEnd end = endOf(part, block, Side::kColumns);
  double* const sums = sumsOf(part, block, Side::kColumns);
  for (Index col = 0; col < size; col += kernel_.lanes) {
    kernel_.multiply(
        {R.V.data + first, R.V.stride, kBand, square + col, edge_, size, end, sums + col, edge_});
  }
}

template <Index kBand>
void TrianglePass<kBand>::sum(Index block, MatrixView<double> Y) const {
  const Index size = Y.cols * kBand;
  double* const turned = squareOfThisThread();
  std::fill_n(turned, size, 0.0);
  for (Index part = 0; part < parts(); ++part) {
    if (!has(part, block, Side::kRows)) continue;
    const double* const sums = sumsOf(part, block, Side::kRows);
    for (Index k = 0; k < size; ++k) turned[k] += sums[k];
  }
  transpose(turned, kBand, Y.cols, kBand, Y.data, Y.stride);
  for (Index part = 0; part < parts(); ++part) {
    if (!has(part, block, Side::kColumns)) continue;
    const double* const sums = sumsOf(part, block, Side::kColumns);
    for (Index r = 0; r < kBand; ++r) {
      double* const y = Y.row(r);
      for (Index c = 0; c < Y.cols; ++c) y[c] += sums[r * edge_ + c];
    }
  }
}

template class PairFactors<kNarrowBand>;
template class PairFactors<kWideBand>;
template class TrianglePass<kNarrowBand>;
template class TrianglePass<kWideBand>;

}  // namespace ntkit
