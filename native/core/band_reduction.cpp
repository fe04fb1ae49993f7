#include "band_reduction.hpp"

#include "local_product.hpp"
#include "pair_update.hpp"
#include "parallel.hpp"
#include "strip_panel.hpp"
#include "team.hpp"

namespace ntkit {
namespace {

// Columns of a product with A that one task makes, and elements of a sum at a time, whose panels
// stay in the L1 cache.
constexpr Index kColumns = 48, kDepth = 128;

// An odd number of cache lines: rows do not meet in the same sets of a cache.
Index strideOf(Index n) { return roundUp(n, 2 * kCacheLine<double>) + kCacheLine<double>; }

// One block of rows after the other, from the last. With Y = V A of the rest A:
// W = -T^T Y + C V, C = -1/2 T^T Y V^T T.
template <Index kBand>
class Reduction {
 public:
  Reduction(MatrixView<double> A, BandMatrix<kBand>& band)
      : A_(A),
        band_(band),
        pairs_(2 * kBand, strideOf(A.rows)),
        products_(kBand, strideOf(A.rows)),
        panels_(kBand * A.rows),
        sums_(2 * kSquare * blockCount(A.rows, kColumns)),
        update_(A.rows, kBand) {}

  static Index workspace(Index n) {
    return 3 * kBand * strideOf(n) + kBand * n + 2 * kSquare * blockCount(n, kColumns) +
           PairUpdate::workspace(n, kBand);
  }

  // Rows [first, end), which must be up to date, become the next reflectors.
  void take(Index first, Index end) {
    for (Index i = first; i < end; ++i) {
      std::copy(A_.row(i) + first, A_.row(i) + i + 1, band_.at(i, first));
    }
    for (Index i = 0; first > 0 && i < kBand; ++i) reflectRow(first, end, i);
    for (Index row = 0; row < kBand; row += kernel_.lanes) {
      const auto V = vectors(0, first);
      transpose(V.row(row), V.stride, kernel_.lanes, first, panel(row), kernel_.lanes);
    }
  }

  // Brings the rows before those that were taken up to date, `size` of them, and takes the last.
  void reduce(Index size, Team& team) {
    const Index blocks = blockCount(size, kColumns);
    const auto columns = [&](Index block) { return std::min(kColumns, size - block * kColumns); };
    team.run(blocks, [&](Index block) { multiply(size, block, columns(block)); });
    findFactors(blocks);
    team.run(blocks, [&](Index block) {
      const Index from = block * kColumns;
      combine(from, columns(block));
      update_.pack(pairs_.view(), from, columns(block));
    });
    // What the next rows wait for goes first; nobody else needs V any more.
    const Index first = size - kBand;
    const auto rest = A_.block(0, first, 0, first);
    team.run(1 + PairUpdate::tiles(first), [&](Index task) {
      if (task > 0) {
        update_.updateTile(rest, 2 * kBand, task - 1);
      } else {
        update_.updateRows(A_.block(0, size, 0, size), 2 * kBand, first, kBand);
        take(first, size);
      }
    });
  }

 private:
  static constexpr Index kSquare = kBand * kBand;

  MatrixView<double> vectors(Index from, Index count) {
    return {pairs_.view().row(0) + from, kBand, count, 2 * pairs_.cols()};
  }
  MatrixView<double> updates(Index from, Index count) {
    return {pairs_.view().row(1) + from, kBand, count, 2 * pairs_.cols()};
  }
  MatrixView<double> square(Index which) { return {factors_[which], kBand, kBand, kBand}; }

  // The i-th row from the end becomes the i-th reflector.
  void reflectRow(Index first, Index end, Index i) {
    double* const v = vectors(0, first).row(i);
    const Index row = end - 1 - i;
    tau_[i] = 0;
    if (row < first) {
      std::fill_n(v, first, 0.0);
      return;
    }
    std::copy_n(A_.row(row), first, v);
    for (Index p = 0; p < i; ++p) {
      const double* const earlier = vectors(0, first).row(p);
      const double factor = tau_[p] * dot(earlier, v, first - p);
      for (Index j = 0; j < first - p; ++j) v[j] -= factor * earlier[j];
    }
    // Where the band begins.
    const Index kept = first - i - 1;
    std::copy(v + kept, v + first, band_.at(row, kept));
    std::fill(v + kept + 1, v + first, 0.0);
    const Reflection reflection = reflect(v, kept + 1);
    tau_[i] = reflection.tau;
    *band_.at(row, kept) = reflection.beta;
  }

  // Lines of V^T, `lanes` vectors side by side.
  double* panel(Index row) { return panels_.data() + row * A_.rows; }

  // Y in a block of columns, from the columns of A left of it, transposed, its square at the
  // diagonal, and the rows below; and its part of Y V^T and V V^T. A is read where it lies.
  void multiply(Index size, Index block, Index columns) {
    const Index first = block * kColumns, lanes = kernel_.lanes;
    double left[kColumns * kBand];
    for (Index row = 0; row < kBand; row += lanes) {
      for (Index k = 0; k == 0 || k < first; k += kDepth) {
        kernel_.multiply({&A_(first, k), A_.stride, columns, panel(row) + k * lanes, lanes,
                          std::min(kDepth, first - k), endOf(k), left + row, kBand});
      }
    }
    const auto Y = products_.view().block(0, kBand, first, columns);
    transpose(left, kBand, columns, kBand, Y.data, Y.stride);

    double square[kColumns * kColumns] = {};
    for (Index i = 0; i < columns; ++i) {
      for (Index j = 0; j <= i; ++j) {
        square[i * kColumns + j] = square[j * kColumns + i] = A_(first + i, first + j);
      }
    }
    const auto V = vectors(first, columns);
    for (Index column = 0; column < columns; column += lanes) {
      kernel_.multiply({V.data, V.stride, kBand, square + column, kColumns, columns,
                        PanelEnd::kAddSum, &Y(0, column), Y.stride});
    }
    for (Index k = first + kColumns; k < size; k += kDepth) {
      const auto below = vectors(k, std::min(kDepth, size - k));
      for (Index column = 0; column < kColumns; column += lanes) {
        kernel_.multiply({below.data, below.stride, kBand, &A_(k, first + column), A_.stride,
                          below.cols, PanelEnd::kAddSum, &Y(0, column), Y.stride});
      }
    }
    double* const sums = sums_.data() + 2 * kSquare * block;
    multiplyHere<double>(Y, Op::kTranspose, V, Into::kStore, {sums, kBand, kBand, kBand});
    multiplyHere<double>(V, Op::kTranspose, V, Into::kStore, {sums + kSquare, kBand, kBand, kBand});
  }

  static PanelEnd endOf(Index k) { return k == 0 ? PanelEnd::kStore : PanelEnd::kAddSum; }

  // -T^T and C.
  void findFactors(Index blocks) {
    double sums[2][kSquare] = {}, product[kSquare];
    for (Index block = 0; block < blocks; ++block) {
      for (Index which = 0; which < 2; ++which) {
        const double* const part = sums_.data() + (2 * block + which) * kSquare;
        for (Index k = 0; k < kSquare; ++k) sums[which][k] += part[k];
      }
    }
    const MatrixView<double> T{sums[1], kBand, kBand, kBand}, P{product, kBand, kBand, kBand};
    blockFactor(tau_, T);
    for (Index i = 0; i < kBand; ++i) {
      for (Index j = 0; j < kBand; ++j) square(0)(i, j) = -T(j, i);
    }
    multiplyHere<double>(square(0), Op::kNone, {sums[0], kBand, kBand, kBand}, Into::kStore, P);
    multiplyHere<double>(P, Op::kNone, T, Into::kStore, square(1));
    for (double& element : factors_[1]) element *= 0.5;
  }

  // W in a block of columns.
  void combine(Index first, Index columns) {
    const auto W = updates(first, columns);
    multiplyHere<double>(square(0), Op::kNone, products_.view().block(0, kBand, first, columns),
                         Into::kStore, W);
    multiplyHere<double>(square(1), Op::kNone, vectors(first, columns), Into::kAdd, W);
  }

  const MatrixView<double> A_;
  BandMatrix<kBand>& band_;
  const NetworkKernels<double>& kernel_ = kernels().network<double>();
  OwnedMatrix<double> pairs_;     // V and W in turns
  OwnedMatrix<double> products_;  // Y
  Buffer<double> panels_;         // of V^T
  Buffer<double> sums_;           // Y V^T and V V^T of each block
  double tau_[kBand];
  double factors_[2][kSquare];  // -T^T and C
  PairUpdate update_;
};

}  // namespace

template <Index kBand>
void reduceToBand(MatrixView<double> A, BandMatrix<kBand>& band, Control& control) {
  const Index n = A.rows;
  Reduction<kBand> reduction(A, band);
  const auto cube = [](Index size) {
    const auto x = static_cast<double>(size);
    return x * x * x;
  };
  control.expect(cube(n));
  // Blocks begin at multiples of kBand.
  Index size = (n - 1) / kBand * kBand;
  runOnPool(control, [&] { reduction.take(size, n); });
  for (; size > 0; size -= kBand) {
    withTeam(control, [&](Team& team) { reduction.reduce(size, team); });
    control.advance(cube(size) - cube(size - kBand));
  }
}

template <Index kBand>
Index bandReductionWorkspace(Index n) {
  return Reduction<kBand>::workspace(n);
}

template void reduceToBand(MatrixView<double>, BandMatrix<kNarrowBand>&, Control&);
template void reduceToBand(MatrixView<double>, BandMatrix<kWideBand>&, Control&);
template Index bandReductionWorkspace<kNarrowBand>(Index);
template Index bandReductionWorkspace<kWideBand>(Index);

}  // namespace ntkit
