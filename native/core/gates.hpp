// ReLU gates of a layer as bit sets, and how many of them two points share.
//
// Bit r of point i is 1 when w_r . x_i > 0 (strictly; relu'(0) = 0). A gate whose pre-activation is
// within rounding of 0 can differ between float and double, or between instruction sets, which
// round products differently.
#pragma once

#include "cpu.hpp"
#include "matrix_view.hpp"
#include "tiles.hpp"

namespace ntkit {

// The gates of `points` points, `units` each, in words of 64.
class GateBits {
 public:
  GateBits(Index points, Index units)
      : points_(points), units_(units), bits_(points * words() + kGateSlack / 8) {}

  Index points() const noexcept { return points_; }
  Index units() const noexcept { return units_; }
  Index words() const noexcept { return wordsFor(units_); }
  std::uint64_t* row(Index i) noexcept { return bits_.data() + i * words(); }
  const std::uint64_t* row(Index i) const noexcept { return bits_.data() + i * words(); }

  static constexpr Index wordsFor(Index units) { return (units + 63) / 64; }

 private:
  Index points_, units_;
  Buffer<std::uint64_t> bits_;
};

// Packs the pre-activations P of points [firstPoint, firstPoint + P.rows) at units [firstUnit,
// firstUnit + P.cols); firstUnit is a multiple of 64, and so is its end unless it is the last.
template <class T>
void packGates(ConstMatrixView<T> P, Index firstPoint, Index firstUnit, GateBits& gates);

// For each pair of one tile's points, how many units are active on both: popcount(row AND column),
// exact; on the diagonal of a symmetric kernel those of the lower triangle. The units are taken in
// ranges, so that the counts of every prefix of them are met on the way.
class SharedGates {
 public:
  SharedGates(const GateBits& rows, const GateBits& columns, const TileRange& tile);

  // Bytes of workspace.
  static constexpr Index bytes(Index units) {
    return kGateTile * kCountStride * (units > kMostRecent ? 6 : 2) + kMaxPanelBytes +
           kGateTile * kMaxBlockBytes;
  }

  // Adds units [first, last), or those among them whose bit in `mask` is set: one bit a unit, in
  // words as GateBits has them, null for all. The lines of `next`, which the counts are written to
  // after that, come nearer meanwhile.
  void add(Index first, Index last, const std::uint64_t* mask, const Control& control,
           const TargetRows& next = {});

  // out(i, j) = factor count(i, j) in(i, j), plus factor out(i, j) with `add`; views of the tile.
  // Without `add`, in may be out.
  template <class T>
  void scale(T factor, bool add, ConstMatrixView<T> in, MatrixView<T> out);

  std::int64_t operator()(Index i, Index j) const noexcept {
    const Index place = i * kCountStride + j;
    return recent_[place] + (total_.size() > 0 ? total_[place] : 0);
  }

 private:
  static constexpr Index kMostRecent = 65535;  // what fits 16 bits
  static constexpr Index kMaxBlockBytes = 512;
  static constexpr Index kDiagonalRows = 32;

  bool onDiagonal() const noexcept {
    return &rows_ == &columns_ && tile_.firstRow == tile_.firstCol;
  }
  bool packMasked(Index firstByte, Index bytes, Index first, Index last, const std::uint64_t* mask);
  void fold();

  const GateKernel& kernel_;
  const GateBits& rows_;
  const GateBits& columns_;
  TileRange tile_;
  Buffer<std::uint8_t> panel_, masked_;
  Buffer<std::uint16_t> recent_;
  Buffer<std::int32_t> total_;  // empty until the recent counts might overflow
  Index recentUnits_ = 0;
};

}  // namespace ntkit
