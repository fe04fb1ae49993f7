#include "gates.hpp"

#include <cstring>

namespace ntkit {
namespace {

static_assert(kProductTile <= kGateTile, "a tile must fit the kernels");

const std::uint8_t* bytesOf(const std::uint64_t* words) {
  return reinterpret_cast<const std::uint8_t*>(words);
}

// The bits of units [first, last) in the byte of units [8 byte, 8 byte + 8).
std::uint8_t rangeMask(Index byte, Index first, Index last) {
  const Index low = std::clamp<Index>(first - 8 * byte, 0, 8);
  const Index high = std::clamp<Index>(last - 8 * byte, low, 8);
  return static_cast<std::uint8_t>((1 << high) - (1 << low));
}

}  // namespace

template <class T>
void packGates(ConstMatrixView<T> P, Index firstPoint, Index firstUnit, GateBits& gates) {
  const auto pack = kernels().gates->packGates<T>();
  for (Index i = 0; i < P.rows; ++i) {
    pack(P.row(i), P.cols, gates.row(firstPoint + i) + firstUnit / 64);
  }
}

SharedGates::SharedGates(const GateBits& rows, const GateBits& columns, const TileRange& tile)
    : kernel_(*kernels().gates),
      rows_(rows),
      columns_(columns),
      tile_(tile),
      panel_(kMaxPanelBytes),
      recent_(tile.rows * kCountStride) {
  recent_.fill(0);
}

void SharedGates::add(Index first, Index last, const std::uint64_t* mask, const Control& control,
                      const TargetRows& next) {
  const Index stride = 8 * rows_.words();
  const Index end = 8 * GateBits::wordsFor(last);
  const std::uint8_t* const a = bytesOf(rows_.row(tile_.firstRow));
  const std::uint8_t* const b = bytesOf(columns_.row(tile_.firstCol));
  for (Index byte = first / 64 * 8; byte < end; byte += kernel_.blockBytes) {
    control.checkpoint();
    const Index bytes = std::min(kernel_.blockBytes, end - byte);
    if (recentUnits_ + 8 * bytes > kMostRecent) fold();
    if (!packMasked(byte, bytes, first, last, mask)) {
      kernel_.pack(b + byte, stride, tile_.cols, bytes, panel_.data());
    }
    // Rows of a tile on the diagonal need the columns up to their own.
    const TargetRows ahead = byte + bytes < end ? TargetRows{} : next;
    const Index group = onDiagonal() ? kDiagonalRows : tile_.rows;
    for (Index row = 0; row < tile_.rows; row += group) {
      const Index rows = std::min(group, tile_.rows - row);
      kernel_.count(a + row * stride + byte, stride, rows, panel_.data(),
                    onDiagonal() ? row + rows : tile_.cols, bytes,
                    recent_.data() + row * kCountStride, ahead.fromRow(row));
    }
    recentUnits_ += 8 * bytes;
  }
}

// Packs a block without the units that are not asked for; false when all of it is.
bool SharedGates::packMasked(Index firstByte, Index bytes, Index first, Index last,
                             const std::uint64_t* mask) {
  std::uint8_t wanted[kMaxBlockBytes];
  bool all = true;
  for (Index k = 0; k < bytes; ++k) {
    // No gate is open behind the last unit of all.
    const Index end = last == rows_.units() ? 64 * rows_.words() : last;
    wanted[k] = rangeMask(firstByte + k, first, end);
    if (mask != nullptr) wanted[k] &= bytesOf(mask)[firstByte + k];
    all = all && wanted[k] == 0xFF;
  }
  if (all) return false;
  if (masked_.size() == 0) masked_ = Buffer<std::uint8_t>(kGateTile * kMaxBlockBytes + kGateSlack);
  const std::uint8_t* const b = bytesOf(columns_.row(tile_.firstCol)) + firstByte;
  for (Index j = 0; j < tile_.cols; ++j) {
    const std::uint8_t* const from = b + j * 8 * columns_.words();
    std::uint8_t* const to = masked_.data() + j * kMaxBlockBytes;
    for (Index k = 0; k < bytes; ++k) to[k] = from[k] & wanted[k];
  }
  kernel_.pack(masked_.data(), kMaxBlockBytes, tile_.cols, bytes, panel_.data());
  return true;
}

void SharedGates::fold() {
  if (total_.size() == 0) {
    total_ = Buffer<std::int32_t>(recent_.size());
    total_.fill(0);
  }
  for (Index place = 0; place < recent_.size(); ++place) total_[place] += recent_[place];
  recent_.fill(0);
  recentUnits_ = 0;
}

template <class T>
void SharedGates::scale(T factor, bool add, ConstMatrixView<T> in, MatrixView<T> out) {
  if (total_.size() == 0) {
    const auto scaleRow = kernel_.scale<T>();
    for (Index i = 0; i < tile_.rows; ++i) {
      scaleRow(recent_.data() + i * kCountStride, factor, add, in.row(i), out.row(i), tile_.cols);
    }
    return;
  }
  for (Index i = 0; i < tile_.rows; ++i) {
    for (Index j = 0; j < tile_.cols; ++j) {
      const T own = add ? out(i, j) * factor : T{0};
      out(i, j) = own + in(i, j) * (static_cast<T>((*this)(i, j)) * factor);
    }
  }
}

template void packGates(ConstMatrixView<double>, Index, Index, GateBits&);
template void packGates(ConstMatrixView<float>, Index, Index, GateBits&);
template void SharedGates::scale(double, bool, ConstMatrixView<double>, MatrixView<double>);
template void SharedGates::scale(float, bool, ConstMatrixView<float>, MatrixView<float>);

}  // namespace ntkit
