#include "row_products.hpp"

#include <cstring>

namespace ntkit {
namespace {

Index paddedTo(Index multiple, Index rows) { return blockCount(rows, multiple) * multiple; }

}  // namespace

template <class T>
PackedRows<T>::PackedRows(Index rows, Index depth) : rows_(rows), depth_(depth) {
  const GramKernels<T>& kernel = kernels().gram<T>();
  paddedRows_ = paddedTo(kernel.groupCols, rows);
  const Index blocks = std::max<Index>(blockCount(depth, kernel.depth), 1);
  blockDepth_ = blockCount(depth, blocks);
  elements_ = Buffer<T>(paddedRows_ * depth);
}

template <class T>
PackedRows<T>::PackedRows(ConstMatrixView<T> X, Control& control) : PackedRows(X.rows, X.cols) {
  const auto pack = kernels().gram<T>().pack;
  packPanels([&](T* panel, Index i, Index count, Index k,
                 Index depth) { pack(X.row(i) + k, X.stride, count, depth, panel); },
             control);
}

template <class T>
PackedRows<T>::PackedRows(Index rows, Index depth, const RowPart& row, Control& control)
    : PackedRows(rows, depth) {
  const GramKernels<T>& kernel = kernels().gram<T>();
  packPanels(
      [&](T* panel, Index i, Index count, Index k, Index length) {
        Buffer<T> part(count * length);
        for (Index r = 0; r < count; ++r) row(i + r, k, length, part.data() + r * length);
        kernel.pack(part.data(), length, count, length, panel);
      },
      control);
}

template <class T>
PackedRows<T> PackedRows<T>::columns(ConstMatrixView<T> X, Control& control) {
  PackedRows packed(X.cols, X.rows);
  const Index panelRows = kernels().gram<T>().panelRows;
  packed.packPanels(
      [&](T* panel, Index i, Index count, Index k, Index depth) {
        for (Index r = 0; r < depth; ++r, panel += panelRows) {
          std::memcpy(panel, X.row(k + r) + i, static_cast<std::size_t>(count) * sizeof(T));
          std::fill(panel + count, panel + panelRows, T{0});
        }
      },
      control);
  return packed;
}

template <class T>
void PackedRows<T>::estimate(MemoryEstimate& memory, Index rows, Index depth) {
  memory.add(paddedTo(kernels().gram<T>().groupCols, rows), depth, sizeof(T));
}

template <class T>
void PackedRows<T>::packPanels(const PackPanel& pack, Control& control) {
  const Index panelRows = kernels().gram<T>().panelRows;
  const Index rowBlocks = blockCount(paddedRows_, kProductTile);
  if (depth_ == 0) return;
  parallelFor(control, rowBlocks * blockCount(depth_, blockDepth_), [&](Index task) {
    const Index k = task / rowBlocks * blockDepth_, first = task % rowBlocks * kProductTile;
    for (Index i = first; i < std::min(first + kProductTile, paddedRows_); i += panelRows) {
      T* const panel = elements_.data() + k * paddedRows_ + i * blockDepth(k);
      const Index count = std::clamp<Index>(rows_ - i, 0, panelRows);
      if (count > 0) {
        pack(panel, i, count, k, blockDepth(k));
      } else {
        std::fill_n(panel, panelRows * blockDepth(k), T{0});
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
                             const Control& control) const {
  const auto multiplyTile = kernels().gram<T>().multiply;
  for (Index k = 0; k < depth_; k += blockDepth_) {
    control.checkpoint();
    multiplyTile({panels(tile.firstRow, k), X.panels(tile.firstCol, k), blockDepth(k), tile.rows,
                  tile.cols, part == TilePart::kLower, k > 0, products});
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
