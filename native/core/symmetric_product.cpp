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
constexpr Index kRowsPerChunk = 128;

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

SymmetricBlockProduct::SymmetricBlockProduct(Index order)
    : X_(order, kBlockVectors), sums_(parts(order), order * kBlockVectors) {}

Index SymmetricBlockProduct::workspace(Index order) {
  return (1 + parts(order)) * order * kBlockVectors;
}

Index SymmetricBlockProduct::parts(Index n) {
  return std::clamp<Index>(n / kRowsPerChunk, 1, kMaxChunks);
}

void SymmetricBlockProduct::take(ConstMatrixView<double> X, Index first, Index count) {
  for (Index v = 0; v < kBlockVectors; ++v) {
    for (Index j = first; j < first + count; ++j) X_.view()(j, v) = X(v, j);
  }
}

void SymmetricBlockProduct::part(ConstMatrixView<double> A, Index part) {
  const Index n = A.rows, chunks = parts(n);
  const Index start = chunkStart(n, part, chunks, kSymmetricBlockRows);
  const Index end = chunkStart(n, part + 1, chunks, kSymmetricBlockRows);
  double* const sums = sums_.view().row(part);
  std::fill_n(sums, end * kBlockVectors, 0.0);
  for (Index row = start; row < end; row += kCachedRows) {
    const Index endRow = std::min(row + kCachedRows, end);
    for (Index col = 0; col < endRow; col += kSymmetricBlockCols) {
      const SymmetricBlockRange range{row, endRow, col,
                                      std::min(col + kSymmetricBlockCols, endRow)};
      kernels().symmetricBlock(A.data, A.stride, range, X_.view().data, sums);
    }
  }
}

void SymmetricBlockProduct::sum(MatrixView<double> Y, Index first, Index count) const {
  const Index n = Y.cols, chunks = parts(n);
  for (Index v = 0; v < kBlockVectors; ++v) std::fill_n(Y.row(v) + first, count, 0.0);
  for (Index chunk = 0; chunk < chunks; ++chunk) {
    const double* const y = sums_.view().row(chunk);
    const Index end =
        std::min(first + count, chunkStart(n, chunk + 1, chunks, kSymmetricBlockRows));
    for (Index v = 0; v < kBlockVectors; ++v) {
      for (Index j = first; j < end; ++j) Y(v, j) += y[j * kBlockVectors + v];
    }
  }
}

}  // namespace ntkit
