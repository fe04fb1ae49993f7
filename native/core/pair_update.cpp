#include "pair_update.hpp"

#include "strip_panel.hpp"
#include "tiles.hpp"

namespace ntkit {
namespace {

// Strips end where tiles do.
constexpr Index kEdge = 4 * kStripMultiple;

}  // namespace

PairUpdate::PairUpdate(Index order, Index rows)
    : rows_(workspace(order, rows) / 2), cols_(workspace(order, rows) / 2) {}

Index PairUpdate::workspace(Index order, Index rows) {
  return 2 * roundUp(order, kStripMultiple) * 2 * rows;
}

void PairUpdate::pack(ConstMatrixView<double> pairs, Index first, Index count) {
  const Index depth = pairs.rows;
  const auto own = [&](Index k) { return pairs.row(k) + first; };
  const auto partner = [&](Index k) { return pairs.row(k ^ 1) + first; };
  packLines(depth, count, own, kernel_.rows, depth, rows_.data() + first * depth);
  packLines(depth, count, partner, kernel_.cols, depth, cols_.data() + first * depth);
}

void PairUpdate::apply(MatrixView<double> A, ConstMatrixView<double> pairs, Team& team) {
  const Index blocks = blockCount(A.rows, kEdge), depth = pairs.rows;
  team.run(blocks, [&](Index block) {
    pack(pairs, block * kEdge, std::min(kEdge, A.rows - block * kEdge));
  });
  // Rows ascending, as those of a product with A: members find theirs where they left them.
  const Index tiles = blocks * (blocks + 1) / 2;
  team.run(tiles, [&](Index index) {
    const auto [row, col] = lowerPair(tiles - 1 - index, blocks);
    const Index i = row * kEdge, j = col * kEdge;
    subtractProduct<double>(
        kernel_, depth, {rows_.data() + i * depth, depth}, {cols_.data() + j * depth, depth},
        row == col ? Part::kLower : Part::kWhole,
        A.block(i, std::min(kEdge, A.rows - i), j, std::min(kEdge, A.rows - j)));
  });
}

}  // namespace ntkit
