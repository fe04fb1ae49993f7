#include "pair_update.hpp"

#include "strip_panel.hpp"
#include "tiles.hpp"

namespace ntkit {
namespace {

// Of tiles: small matrices have some for all threads.
Index edgeOf(Index order) { return order <= 768 ? 2 * kStripMultiple : 4 * kStripMultiple; }

Index tilesOf(Index order) {
  const Index blocks = blockCount(order, edgeOf(order));
  return blocks * (blocks + 1) / 2;
}

}  // namespace

PairUpdate::PairUpdate(Index order, Index rows)
    : capacity_(2 * rows), rows_(workspace(order, rows) / 2), cols_(workspace(order, rows) / 2) {}

Index PairUpdate::workspace(Index order, Index rows) {
  return 2 * roundUp(order, kStripMultiple) * 2 * rows;
}

void PairUpdate::pack(ConstMatrixView<double> pairs, Index first, Index count) {
  const auto own = [&](Index k) { return pairs.row(k) + first; };
  const auto partner = [&](Index k) { return pairs.row(k ^ 1) + first; };
  packLines(pairs.rows, count, own, kernel_.rows, capacity_, rows_.data() + first * capacity_);
  packLines(pairs.rows, count, partner, kernel_.cols, capacity_, cols_.data() + first * capacity_);
}

void PairUpdate::apply(MatrixView<double> A, ConstMatrixView<double> pairs, Team& team) {
  const Index edge = edgeOf(A.rows);
  team.run(blockCount(A.rows, edge),
           [&](Index block) { pack(pairs, block * edge, std::min(edge, A.rows - block * edge)); });
  team.run(tilesOf(A.rows), [&](Index tile) { updateTile(A, pairs.rows, tile); });
}

// Rows ascending, as those of a product with A: members of a team find theirs where they left them.
void PairUpdate::updateTile(MatrixView<double> A, Index lines, Index tile) const {
  const Index edge = edgeOf(A.rows), count = tilesOf(A.rows);
  const auto [row, col] = lowerPair(count - 1 - tile, blockCount(A.rows, edge));
  const Index i = row * edge, j = col * edge;
  subtractProduct<double>(kernel_, lines, {rows_.data() + i * capacity_, capacity_},
                          {cols_.data() + j * capacity_, capacity_},
                          row == col ? Part::kLower : Part::kWhole,
                          A.block(i, std::min(edge, A.rows - i), j, std::min(edge, A.rows - j)));
}

}  // namespace ntkit
