// A step of a reduction to a band, in one pass over the lower triangle of a symmetric A:
//
//   A <- A + V^T W + W^T V      with the reflectors V of the step before and their W
//   Y  = R A                    with the reflectors R of this one
//
// A tile is updated, then multiplied for its columns and for its rows, while it is in the cache: A
// is read and written once a step. Tiles are passed in parts: runs of neighbours of equal area with
// sums of their own, which are added in the order of the parts. A thread that takes the same parts
// in every step finds its tiles in its cache, where cores without a common one would fetch them
// from each other (on two of them a reduction of order 1000 took 1.3 times as long). Tiles and
// parts are cut by the order alone.
#pragma once

#include <atomic>
#include <vector>

#include "band.hpp"
#include "cpu.hpp"
#include "matrix_view.hpp"

namespace ntkit {

// V and W of one step, kBand rows each, as the two factors of the update: W above V, and
// [V^T W^T].
template <Index kBand>
class PairFactors {
 public:
  // For orders up to n, in memory of workspace(n) doubles.
  PairFactors(Index n, double* memory);
  static Index workspace(Index n);

  const MatrixView<double> rows, columns;
  const MatrixView<double> W, V;  // of `rows`
};

template <Index kBand>
class TrianglePass {
 public:
  // For orders up to that of A, in memory of workspace(n) doubles.
  TrianglePass(MatrixView<double> A, double* memory);
  static Index workspace(Index n);

  // The next pass goes over the first `order` rows of A, a multiple of kBand, and updates them by
  // `pair`, or not at all.
  void begin(Index order, const PairFactors<kBand>* pair);

  Index parts() const noexcept { return static_cast<Index>(cuts_.size()) - 1; }
  // Updates the kBand rows of A behind the triangle, which the pass leaves out.
  void updateRowsBehind();
  // Updates tiles of a part ahead of its pass, until something else is done.
  void updateAhead(Index part, const std::atomic<bool>& done);
  // The part's tiles, with R.V.
  void pass(Index part, const PairFactors<kBand>& R);

  // Then Y, in blocks of columns.
  Index blocks() const noexcept { return blocks_; }
  Index firstOf(Index block) const noexcept { return block * edge_; }
  Index sizeOf(Index block) const noexcept { return std::min(edge_, order_ - firstOf(block)); }
  void sum(Index block, MatrixView<double> Y) const;

 private:
  struct Tile {
    std::int32_t row, col;
  };
  // What a part adds to a block of columns of Y: the products of its tiles with these columns, and
  // those of its tiles with these rows, which come out transposed.
  enum class Side { kColumns, kRows };

  void cut();
  void update(const Tile& tile);
  void updatePanel(Index firstRow, Index endRow, Index firstCol);
  const double* wholeTile(std::size_t index) const;
  void multiply(Index part, std::size_t index, const double* next, const PairFactors<kBand>& R);
  void multiplyDiagonal(Index part, Index block, const PairFactors<kBand>& R);

  Index indexOf(Index part, Index block, Side side) const noexcept {
    return 2 * (part * blocks_ + block) + static_cast<Index>(side);
  }
  double* sumsOf(Index part, Index block, Side side) const noexcept {
    return sums_ + indexOf(part, block, side) * kBand * edge_;
  }
  bool has(Index part, Index block, Side side) const noexcept {
    return started_[static_cast<std::size_t>(indexOf(part, block, side))] != 0;
  }
  // How the next product comes to them: the first one starts them.
  PanelEnd endOf(Index part, Index block, Side side);

  const MatrixView<double> A_;
  const NetworkKernels<double>& kernel_ = kernels().network<double>();
  const PairFactors<kBand>* pair_ = nullptr;
  Index order_ = 0, edge_ = 0, blocks_ = 0;
  std::vector<Tile> tiles_;
  std::vector<std::uint8_t> updated_;  // a tile each
  std::vector<std::size_t> cuts_;      // where parts begin, and the last ends
  double* const sums_;
  std::vector<std::uint8_t> started_;  // sums each
};

}  // namespace ntkit
