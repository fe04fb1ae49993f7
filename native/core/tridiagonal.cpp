#include "tridiagonal.hpp"

#include "local_product.hpp"
#include "pair_update.hpp"
#include "parallel.hpp"
#include "reflection.hpp"
#include "symmetric_product.hpp"
#include "team.hpp"

namespace ntkit {
namespace {

// Rows a panel: longer ones make faster tile products and slower rows.
constexpr Index kPanel = 32;
constexpr Index kColumnChunk = 128;
// Reflectors applied at once on the way back, and rows of Z a task.
constexpr Index kBlock = 64;
constexpr Index kRowBlock = 128;

// Rows from `end` - 1 down are eliminated, one after the other; the rest of A stays as it was, and
// is A - V^T W - W^T V in truth. V and W take turns in the rows of one matrix, so that each sum
// over them is one product.
class Panel {
 public:
  Panel(MatrixView<double> A, MatrixView<double> pairs, Index end, SymmetricProduct& product,
        Team& team)
      : A_(A),
        pairs_(pairs),
        end_(end),
        product_(product),
        team_(team),
        sums_(blockCount(end, kColumnChunk)) {}

  // Row `row`, which must have been brought up to date. Brings the next one up to date too.
  void eliminate(Index row, double* diagonal, double* offDiagonal, double* tau, bool next) {
    double* const v = A_.row(row);
    diagonal[row] = v[row];
    const Reflection reflection = reflect(v, row);
    offDiagonal[row - 1] = reflection.beta;
    tau[row] = reflection.tau;
    const Index done = end_ - 1 - row;
    std::copy_n(v, row, pairs_.row(2 * done));
    double* const w = pairs_.row(2 * done + 1);
    multiply(row, 2 * done, w, tau[row], next);
    const double alpha = -0.5 * tau[row] * total(blockCount(row, kColumnChunk));
    for (Index j = 0; j < row; ++j) w[j] += alpha * v[j];
    if (!next) return;
    double* const upper = A_.row(row - 1);
    const double wLast = w[row - 1];
    for (Index j = 0; j < row; ++j) upper[j] -= wLast * v[j] + w[j];
  }

 private:
  // Sums over column chunks, in their order.
  double total(Index chunks) const {
    double sum = 0;
    for (Index c = 0; c < chunks; ++c) sum += sums_[c];
    return sum;
  }

  // w <- tau (A v - V^T (W v) - W^T (V v)) over the rows of the panel so far, of which there are
  // `count` in pairs_, with w . v in sums_; and the same rows' part of what the next row lacks.
  void multiply(Index size, Index count, double* w, double tau, bool next) {
    const auto left = A_.block(0, size, 0, size);
    const double* const v = A_.row(size);
    const auto earlier = pairs_.block(0, count, 0, size);
    const Index products = blockCount(count, kPairBlock);
    const Index parts = tau == 0 ? 0 : product_.parts(size);
    team_.run(parts + products, [&](Index task) {
      if (task < parts) {
        product_.part(left, v, task);
        return;
      }
      const Index first = (task - parts) * kPairBlock;
      const auto rows = earlier.rowBlock(first, std::min(kPairBlock, count - first));
      // V's products go with W and the other way round.
      for (Index p = 0; p < rows.rows; ++p) {
        ofProduct_[(first + p) ^ 1] = dot(rows.row(p), v, size);
      }
    });
    for (Index p = 0; p < count; ++p) ofNext_[p ^ 1] = earlier(p, size - 1);
    double* const upper = A_.row(size - 1);
    team_.run(blockCount(size, kColumnChunk), [&](Index chunk) {
      const Index start = chunk * kColumnChunk, columns = std::min(kColumnChunk, size - start);
      const auto rows = earlier.block(0, count, start, columns);
      // What the rows so far take from this product, and from the next row.
      double taken[2][kColumnChunk];
      multiplyHere<double>({factors_, 2, count, 2 * kPanel}, Op::kNone, rows, Into::kStore,
                           {taken[0], 2, columns, kColumnChunk});
      double* const part = w + start;
      if (parts == 0) {
        std::fill_n(part, columns, 0.0);
      } else {
        product_.sum(size, start, columns, part);
        for (Index j = 0; j < columns; ++j) part[j] = (part[j] - taken[0][j]) * tau;
      }
      sums_[chunk] = dot(part, v + start, columns);
      if (!next) return;
      for (Index j = 0; j < columns; ++j) upper[start + j] -= taken[1][j];
    });
  }

  static constexpr Index kPairBlock = 8;
  MatrixView<double> A_, pairs_;
  Index end_;
  SymmetricProduct& product_;
  Team& team_;
  Buffer<double> sums_;
  double factors_[4 * kPanel];
  double *const ofProduct_ = factors_, *const ofNext_ = factors_ + 2 * kPanel;
};

// Row i of the reflectors is zero from column i on.
void clearUpper(MatrixView<double> A, Index first, Index end) {
  for (Index i = first; i < end; ++i) std::fill(A.row(i) + i, A.row(i) + end, 0.0);
}

}  // namespace

void tridiagonalize(MatrixView<double> A, double* diagonal, double* offDiagonal, double* tau,
                    Control& control) {
  const Index n = A.rows;
  OwnedMatrix<double> pairs(2 * kPanel, n);
  SymmetricProduct product(n);
  PairUpdate update(n, kPanel);
  const double size = static_cast<double>(n);
  control.expect(size * size * size);
  for (Index end = n; end > 1;) {
    const Index first = std::max<Index>(1, end - kPanel);
    withTeam(control, [&](Team& team) {
      Panel panel(A, pairs.view(), end, product, team);
      for (Index row = end - 1; row >= first; --row) {
        panel.eliminate(row, diagonal, offDiagonal, tau, row > first);
      }
      update.apply(A.block(0, first, 0, first), pairs.view().block(0, 2 * (end - first), 0, first),
                   team);
    });
    const double before = static_cast<double>(end), after = static_cast<double>(first);
    control.advance(before * before * before - after * after * after);
    end = first;
  }
  if (n > 0) {
    diagonal[0] = A(0, 0);
    offDiagonal[n - 1] = 0;
    tau[0] = 0;
  }
}

Index tridiagonalWorkspace(Index n) {
  return 2 * kPanel * n + SymmetricProduct::workspace(n) + PairUpdate::workspace(n, kPanel) +
         (n + kBlock) * kBlock;
}

void applyReflectors(MatrixView<double> A, const double* tau, MatrixView<double> Z,
                     Control& control) {
  const Index n = A.rows, blocks = blockCount(n, kBlock);
  OwnedMatrix<double> factors(blocks * kBlock, kBlock);
  const auto reflectors = [&](Index block) {
    const Index first = block * kBlock, rows = std::min(kBlock, n - first);
    return A.block(first, rows, 0, first + rows);
  };
  const auto factor = [&](Index block) {
    const Index rows = reflectors(block).rows;
    return factors.view().block(block * kBlock, rows, 0, rows);
  };
  parallelFor(control, blocks, [&](Index block) {
    const auto V = reflectors(block);
    clearUpper(A, block * kBlock, block * kBlock + V.rows);
    multiplyHere<double>(V, Op::kTranspose, V, Into::kStore, factor(block));
    blockFactor(tau + block * kBlock, factor(block));
  });
  control.expect(static_cast<double>(Z.rows) * static_cast<double>(blocks * (blocks + 1)) / 2);
  parallelBlocks(control, Z.rows, kRowBlock, [&](Index first, Index count) {
    OwnedMatrix<double> projections(count, kBlock), weights(count, kBlock);
    for (Index block = 0; block < blocks; ++block) {
      control.checkpoint();
      const auto V = reflectors(block);
      const auto rows = Z.block(first, count, 0, V.cols);
      const auto P = projections.view().block(0, count, 0, V.rows);
      const auto PT = weights.view().block(0, count, 0, V.rows);
      multiplyHere<double>(rows, Op::kTranspose, V, Into::kStore, P);
      multiplyHere<double>(P, Op::kNone, factor(block), Into::kStore, PT);
      multiplyHere<double>(PT, Op::kNone, V, Into::kAdd, rows);
      control.advance(static_cast<double>(count * (block + 1)));
    }
  });
}

}  // namespace ntkit
