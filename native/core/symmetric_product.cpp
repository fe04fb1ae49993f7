#include "symmetric_product.hpp"

#include <cmath>

#include "cpu.hpp"

namespace ntkit {
namespace {

// Elements a chunk, 256 KiB: some ten microseconds; and chunks at most, so that their sums stay a
// small part of what is read.
constexpr Index kChunkElements = 32 * 1024;
constexpr Index kMaxChunks = 32;

// Where chunk `chunk` of `chunks` starts: at its share of the triangle's area, at a multiple of
// the rows that the kernel takes at a time.
Index chunkStart(Index n, Index chunk, Index chunks) {
  if (chunk == chunks) return n;
  const double share = static_cast<double>(chunk) / static_cast<double>(chunks);
  return static_cast<Index>(static_cast<double>(n) * std::sqrt(share)) / kSymmetricRows *
         kSymmetricRows;
}

// Rows of A that stay in the L2 cache while several vectors pass.
Index cachedRows(Index length) {
  constexpr Index kElements = 24 * 1024;
  return std::max<Index>(kElements / std::max<Index>(length, 1) / kSymmetricRows, 1) *
         kSymmetricRows;
}

}  // namespace

SymmetricProduct::SymmetricProduct(Index order, Index vectors)
    : vectors_(vectors), sums_(parts(order) * vectors, order) {}

Index SymmetricProduct::workspace(Index order, Index vectors) {
  return parts(order) * vectors * order;
}

Index SymmetricProduct::parts(Index n) {
  return std::clamp<Index>(n * n / 2 / kChunkElements, 1, kMaxChunks);
}

void SymmetricProduct::part(ConstMatrixView<double> A, ConstMatrixView<double> X, Index part) {
  const Index n = A.rows, chunks = parts(n);
  const Index first = chunkStart(n, part, chunks), end = chunkStart(n, part + 1, chunks);
  const auto sums = sums_.view().rowBlock(part * vectors_, X.rows);
  for (Index k = 0; k < X.rows; ++k) std::fill_n(sums.row(k), end, 0.0);
  const Index step = X.rows == 1 ? end : cachedRows(end);
  for (Index row = first; row < end; row += step) {
    for (Index k = 0; k < X.rows; ++k) {
      kernels().symmetricRows(A.data, A.stride, row, std::min(row + step, end), X.row(k),
                              sums.row(k));
    }
  }
}

void SymmetricProduct::sum(Index n, Index vector, Index first, Index count, double* out) const {
  const Index chunks = parts(n);
  std::fill_n(out, count, 0.0);
  for (Index chunk = 0; chunk < chunks; ++chunk) {
    const double* const y = sums_.view().row(chunk * vectors_ + vector) + first;
    const Index length = std::min(count, chunkStart(n, chunk + 1, chunks) - first);
    for (Index j = 0; j < length; ++j) out[j] += y[j];
  }
}

}  // namespace ntkit
