#include "symmetric_product.hpp"

#include <cmath>

#include "cpu.hpp"

namespace ntkit {
namespace {

// Elements a chunk, 128 KiB: some five microseconds, so that small matrices have chunks for all
// threads; and chunks at most, so that their sums stay a small part of what is read.
constexpr Index kChunkElements = 16 * 1024;
constexpr Index kMaxChunks = 32;

// Of a block product, whose sums are eight times as long.
constexpr Index kRowsPerChunk = 64, kMaxBlockChunks = 16;

// Rows of A that stay in the L2 cache of a block product; the columns of x and y stay in the L1.
constexpr Index kCachedRows = 64;

// Where chunk `chunk` of `chunks` starts: at its share of the triangle's area, at a multiple of
// the rows that the kernel takes at a time.
Index chunkStart(Index n, Index chunk, Index chunks, Index multiple) {
  if (chunk == chunks) return n;
  const double share = static_cast<double>(chunk) / static_cast<double>(chunks);
  return static_cast<Index>(static_cast<double>(n) * std::sqrt(share)) / multiple * multiple;
}

}  // namespace

SymmetricProduct::SymmetricProduct(Index order) : sums_(parts(order), order) {}

Index SymmetricProduct::workspace(Index order) { return parts(order) * order; }

Index SymmetricProduct::parts(Index n) {
  return std::clamp<Index>(n * n / 2 / kChunkElements, 1, kMaxChunks);
}

void SymmetricProduct::part(ConstMatrixView<double> A, const double* x, Index part) {
  const Index n = A.rows, chunks = parts(n);
  const Index first = chunkStart(n, part, chunks, kSymmetricRows);
  const Index end = chunkStart(n, part + 1, chunks, kSymmetricRows);
  kernels().symmetricRows(A.data, A.stride, first, end, x, sums_.view().row(part));
}

void SymmetricProduct::sum(Index n, Index first, Index count, double* out) const {
  const Index chunks = parts(n);
  std::fill_n(out, count, 0.0);
  for (Index chunk = 0; chunk < chunks; ++chunk) {
    const double* const y = sums_.view().row(chunk) + first;
    const Index length = std::min(count, chunkStart(n, chunk + 1, chunks, kSymmetricRows) - first);
    for (Index j = 0; j < length; ++j) out[j] += y[j];
  }
}

SymmetricBlockProduct::SymmetricBlockProduct(Index order, Triangle triangle)
    : triangle_(triangle), X_(order, kBlockVectors), sums_(parts(order), order * kBlockVectors) {}

Index SymmetricBlockProduct::workspace(Index order) {
  return (1 + parts(order)) * order * kBlockVectors;
}

Index SymmetricBlockProduct::parts(Index n) {
  return std::clamp<Index>(n / kRowsPerChunk, 1, kMaxBlockChunks);
}

// Of the upper triangle the last rows are the short ones.
SymmetricBlockProduct::Range SymmetricBlockProduct::rowsOf(Index n, Index part) const {
  const Index chunks = parts(n);
  const Index start = chunkStart(n, part, chunks, kSymmetricBlockRows);
  const Index end = chunkStart(n, part + 1, chunks, kSymmetricBlockRows);
  if (triangle_ == Triangle::kLower) return {start, end};
  return {n - end, n - start};
}

SymmetricBlockProduct::Range SymmetricBlockProduct::sumsOf(Index n, Index part) const {
  const Range rows = rowsOf(n, part);
  if (triangle_ == Triangle::kLower) return {0, rows.end};
  return {rows.first, n};
}

void SymmetricBlockProduct::take(ConstMatrixView<double> X, Index first, Index count) {
  for (Index v = 0; v < kBlockVectors; ++v) {
    for (Index j = first; j < first + count; ++j) X_.view()(j, v) = v < X.rows ? X(v, j) : 0;
  }
}

void SymmetricBlockProduct::part(ConstMatrixView<double> A, Index part) {
  const Index n = A.rows;
  const Range rows = rowsOf(n, part);
  double* const sums = sums_.view().row(part);
  // The first rows start the sums of all columns but those of the part's own rows.
  std::fill(sums + rows.first * kBlockVectors, sums + rows.end * kBlockVectors, 0.0);
  for (Index row = rows.first; row < rows.end; row += kCachedRows) {
    const Index endRow = std::min(row + kCachedRows, rows.end);
    const Index firstCol = triangle_ == Triangle::kLower ? 0 : row;
    const Index endCol = triangle_ == Triangle::kLower ? endRow : n;
    for (Index col = firstCol; col < endCol; col += kSymmetricBlockCols) {
      kernels().symmetricBlock(A.data, A.stride,
                               {row, endRow, col, std::min(col + kSymmetricBlockCols, endCol),
                                triangle_, row == rows.first},
                               X_.view().data, sums);
    }
  }
}

void SymmetricBlockProduct::sum(MatrixView<double> Y, Index first, Index count) const {
  // Added as they lie, then turned.
  constexpr Index kColumns = 64;
  double added[kColumns * kBlockVectors];
  for (Index from = first; from < first + count; from += kColumns) {
    const Index to = std::min(from + kColumns, first + count);
    std::fill_n(added, (to - from) * kBlockVectors, 0.0);
    for (Index chunk = 0; chunk < parts(Y.cols); ++chunk) {
      const double* const y = sums_.view().row(chunk);
      const Range sums = sumsOf(Y.cols, chunk);
      const Index start = std::max(from, sums.first), end = std::min(to, sums.end);
      for (Index k = start * kBlockVectors; k < end * kBlockVectors; ++k) {
        added[k - from * kBlockVectors] += y[k];
      }
    }
    for (Index v = 0; v < Y.rows; ++v) {
      for (Index j = from; j < to; ++j) Y(v, j) = added[(j - from) * kBlockVectors + v];
    }
  }
}

}  // namespace ntkit
