#include "row_products.hpp"

#include <atomic>

namespace ntkit {
namespace {

// Rows that are packed at a time: a multiple of every set's panel.
constexpr Index kRowsPacked = 48;

Index paddedTo(Index multiple, Index rows) { return blockCount(rows, multiple) * multiple; }

}  // namespace

template <class T>
PackedRows<T>::PackedRows(Index rows, Index depth, Index blockDepth) : rows_(rows), depth_(depth) {
  const GramKernels<T>& kernel = kernels().gram<T>();
  paddedRows_ = paddedTo(kernel.groupCols, rows);
  const Index blocks = std::max<Index>(blockCount(depth, kernel.depth), 1);
  blockDepth_ = blockDepth > 0 ? blockDepth : blockCount(depth, blocks);
  elements_ = Buffer<T>(paddedRows_ * depth);
}

template <class T>
PackedRows<T>::PackedRows(ConstMatrixView<T> X, Control& control, Index blockDepth)
    : PackedRows(X.rows, X.cols, blockDepth) {
  assign(X, control);
}

template <class T>
void PackedRows<T>::assign(ConstMatrixView<T> X, Control& control) {
  rows_ = X.rows;
  depth_ = X.cols;
  paddedRows_ = paddedTo(kernels().gram<T>().groupCols, rows_);
  packBlocks(
      Side::kRows,
      [&](T* panel, Index first, Index count, Index k, Index depth) {
        packRows(X, panel, first, count, k, depth);
      },
      control);
}

template <class T>
std::optional<PackedRows<T>> PackedRows<T>::ofFinite(ConstMatrixView<T> X, Side side) {
  PackedRows packed = side == Side::kRows ? PackedRows(X.rows, X.cols) : PackedRows(X.cols, X.rows);
  std::atomic<bool> finite{true};
  packed.packBlocks(
      side,
      [&](T* panels, Index first, Index count, Index k, Index depth) {
        (side == Side::kRows ? packRows : packColumns)(X, panels, first, count, k, depth);
        // In the cache, with zeros behind the last row.
        const Index padded = paddedTo(kernels().gram<T>().panelRows, count);
        if (!isFinite(panels, padded * depth)) finite.store(false, std::memory_order_relaxed);
      },
      [&](Index tasks, const std::function<void(Index)>& body) {
        parallelApart(tasks, X.rows * X.cols * static_cast<Index>(sizeof(T)), body);
      });
  if (!finite) return std::nullopt;
  return packed;
}

template <class T>
PackedRows<T>::PackedRows(Index rows, Index depth, const RowPart& row, Control& control)
    : PackedRows(rows, depth) {
  const GramKernels<T>& kernel = kernels().gram<T>();
  packBlocks(
      Side::kRows,
      [&](T* panel, Index first, Index count, Index k, Index length) {
        Buffer<T> part(count * length);
        for (Index r = 0; r < count; ++r) row(first + r, k, length, part.data() + r * length);
        kernel.pack(part.data(), length, count, length, panel);
      },
      control);
}

template <class T>
PackedRows<T> PackedRows<T>::columns(ConstMatrixView<T> X, Control& control, Index blockDepth) {
  PackedRows packed(X.cols, X.rows, blockDepth);
  packed.packBlocks(
      Side::kColumns,
      [&](T* panels, Index first, Index count, Index k, Index depth) {
        packColumns(X, panels, first, count, k, depth);
      },
      control);
  return packed;
}

template <class T>
Index PackedRows<T>::bytes(Index rows, Index depth) {
  return paddedTo(kernels().gram<T>().groupCols, rows) * depth * static_cast<Index>(sizeof(T));
}

template <class T>
void PackedRows<T>::packRows(ConstMatrixView<T> X, T* panel, Index first, Index count, Index k,
                             Index depth) {
  kernels().gram<T>().pack(X.row(first) + k, X.stride, count, depth, panel);
}

template <class T>
void PackedRows<T>::packColumns(ConstMatrixView<T> X, T* panels, Index first, Index count, Index k,
                                Index depth) {
  kernels().gram<T>().packColumns(X.row(k) + first, X.stride, count, depth, panels);
}

template <class T>
void PackedRows<T>::packBlocks(Side side, const PackBlock& pack, Control& control) {
  packBlocks(side, pack, [&](Index tasks, const std::function<void(Index)>& body) {
    parallelFor(control, tasks, body);
  });
}

// Along the rows of memory, which is read ahead of those who go through it from end to end.
template <class T>
void PackedRows<T>::packBlocks(Side side, const PackBlock& pack, const Loop& loop) {
  if (depth_ == 0) return;
  const Index panelRows = kernels().gram<T>().panelRows;
  const auto packBlock = [&](Index first, Index count, Index k) {
    const Index depth = blockDepth(k);
    T* const panels = elements_.data() + k * paddedRows_;
    pack(panels + first * depth, first, count, k, depth);
    // Rows that complete a group of panels are zeros; those that complete a panel are the packer's.
    if (first + count < rows_) return;
    std::fill(panels + paddedTo(panelRows, rows_) * depth, panels + paddedRows_ * depth, T{0});
  };
  if (side == Side::kColumns) {
    const Index blocks = blockCount(rows_, kProductTile);
    loop(blocks * blockCount(depth_, blockDepth_), [&](Index task) {
      const Index first = task % blocks * kProductTile;
      packBlock(first, std::min(kProductTile, rows_ - first), task / blocks * blockDepth_);
    });
    return;
  }
  loop(blockCount(rows_, kRowsPacked), [&](Index task) {
    const Index end = std::min((task + 1) * kRowsPacked, rows_);
    for (Index i = task * kRowsPacked; i < end; i += panelRows) {
      for (Index k = 0; k < depth_; k += blockDepth_) {
        packBlock(i, std::min(panelRows, end - i), k);
      }
    }
  });
}

template <class T>
const T* PackedRows<T>::panels(Index i, Index k) const noexcept {
  return elements_.data() + k * paddedRows_ + i * blockDepth(k);
}

template <class T>
void PackedRows<T>::multiply(const PackedRows& X, const TileRange& tile, TilePart part, T* products,
                             const Control& control, const TileTarget<T>& target,
                             Index from) const {
  const auto multiplyTile = kernels().gram<T>().multiply;
  const auto rows = [&](Index k) { return panels(tile.firstRow, k); };
  const auto cols = [&](Index k) { return X.panels(tile.firstCol, from + k); };
  for (Index k = 0; k < depth_; k += blockDepth_) {
    control.checkpoint();
    const bool last = k + blockDepth_ >= depth_;
    const Index next = last ? k : k + blockDepth_;
    multiplyTile({rows(k), cols(k), blockDepth(k), tile.rows, tile.cols, part == TilePart::kLower,
                  k > 0, products, rows(next), cols(next), last ? target : TileTarget<T>{}});
  }
}

template <class T>
ProductScratch<T>& ProductScratch<T>::ofThisThread() {
  thread_local ProductScratch scratch;
  return scratch;
}

template class PackedRows<double>;
template class PackedRows<float>;
template struct ProductScratch<double>;
template struct ProductScratch<float>;

}  // namespace ntkit
