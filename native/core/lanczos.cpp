#include "lanczos.hpp"

#include <cmath>

#include "blas.hpp"
#include "local_product.hpp"
#include "parallel.hpp"
#include "random.hpp"
#include "rows.hpp"
#include "symmetric_product.hpp"
#include "team.hpp"

namespace ntkit {
namespace {

constexpr Index kBlock = kBlockVectors;
constexpr Index kColumnChunk = 512;
constexpr Index kRowChunk = 16;
constexpr Index kLongestLooks = 400;
// Blocks that look for eigenvalues that were missed.
constexpr Index kVerifyBlocks = 2;
constexpr double kEps = std::numeric_limits<double>::epsilon();
constexpr double kTolerance = 1e-14;

// Vectors of a full basis: a larger one has more patience with crowded eigenvalues.
Index basisSize(Index count) {
  return blockCount(count + std::max<Index>(count, 160), kBlock) * kBlock;
}
// Blocks between two looks at the Ritz values at most.
Index blocksPerLook(Index count) { return blockCount(std::max<Index>(count / 2, 32), kBlock); }

// Blocks before Lanczos gives up. Values alone can be had from a reduction of the whole matrix, 4
// n^3 / 3 operations, in the memory that there is: no more blocks than that costs, where one takes
// 2 n^2 for each of its vectors.
Index patience(Wanted wanted, Index n, Index count) {
  const Index most = kLongestLooks * blocksPerLook(count);
  if (wanted == Wanted::kVectors) return most;
  return std::clamp<Index>(2 * n / (3 * kBlock), 4 * blocksPerLook(count), most);
}

// When to look again: errors shrink by much the same factor from block to block. A look takes as
// long as some blocks, the longer the more values there are.
class Foresight {
 public:
  explicit Foresight(Index most) : most_(most), fewest_(blockCount(most, 4)) {}

  // Blocks until the error is the tolerance. It is `excess` of it now, `blocks` after the last
  // look.
  Index blocksAfter(double excess, Index blocks) {
    const double before = logarithm_;
    logarithm_ = std::log(excess);
    const double perBlock = (before - logarithm_) / static_cast<double>(blocks);
    const double needed = std::ceil(logarithm_ / perBlock);
    if (!(perBlock > 0 && needed > 0 && needed < static_cast<double>(most_))) return most_;
    return std::max(static_cast<Index>(needed), fewest_);
  }

 private:
  Index most_, fewest_;
  double logarithm_ = -std::numeric_limits<double>::infinity();  // of the last excess, if any
};

class Basis {
 public:
  Basis(ConstMatrixView<double> A, Index size, Control& control)
      : A_(A),
        control_(control),
        size_(size),
        V_(size + kBlock, A.rows),
        T_(size, size),
        ritz_(size, size),
        coefficients_(kBlock, size + kBlock),
        negated_(kBlock, size + kBlock),
        product_(A.rows),
        values_(size) {
    T_.elements().fill(0);
  }

  Index filled() const noexcept { return filled_; }
  bool full() const noexcept { return filled_ + kBlock > size_; }
  // The largest |theta|, after solve().
  double norm() const { return std::max(std::fabs(value(0)), std::fabs(value(filled_ - 1))); }
  // Ritz values ascending; number k from the largest.
  double value(Index k) const { return values_[filled_ - 1 - k]; }
  MatrixView<double> vectors(Index count) { return V_.view().rowBlock(0, count); }

  // Makes the block behind the basis random and orthogonal to it.
  void restartRandom() {
    withTeam(control_, [&](Team& team) {
      drawRows(0, kBlock, team);
      for (Index row = 0; row < kBlock; ++row) orthogonalizeDrawn(row, team);
    });
    for (double& r : residual_) r = 0;
  }

  // Takes the block behind the basis into it, and puts the residual of A times it there.
  void grow() {
    withTeam(control_, [&](Team& team) { growBy(team); });
  }

  // The Ritz values and vectors of the basis.
  void solve() {
    const auto T = T_.view(), Y = ritz_.view().block(0, filled_, 0, filled_);
    for (Index i = 0; i < filled_; ++i) {
      for (Index j = 0; j <= i; ++j) Y(i, j) = Y(j, i) = T(i, j);
    }
    runOnPool(control_, [&] {
      if (blas::syevd(Y, true, values_.data()) != 0) {
        throw Error(ErrorCode::kNoConvergence, "dsyevd did not converge on Ritz values");
      }
    });
  }

  // |A y - theta y| of the k-th largest.
  double residual(Index k) const {
    const double* const y = ritz_.view().row(filled_ - 1 - k) + filled_ - kBlock;
    double squares = 0;
    for (Index i = 0; i < kBlock; ++i) {
      double sum = 0;
      for (Index j = i; j < kBlock; ++j) sum += y[j] * residual_[j * kBlock + i];
      squares += sum * sum;
    }
    return std::sqrt(squares);
  }

  // How far the k-th largest Ritz value may be from an eigenvalue: its residual, or where the
  // others keep their distance, the square of it over the gap to them (Kato and Temple).
  double error(Index k) const {
    const double r = residual(k);
    if (k + 1 == filled_) return r;
    double gap = value(k) - value(k + 1) - residual(k + 1);
    if (k > 0) gap = std::min(gap, value(k - 1) - value(k) - residual(k - 1));
    return gap > r ? r * r / gap : r;
  }

  // The basis becomes its `count` largest Ritz vectors; the block behind it stays behind it.
  void cut(Index count) {
    const auto V = V_.view();
    const auto Y = ritz_.view().block(filled_ - count, count, 0, filled_);
    parallelBlocks(control_, A_.rows, kColumnChunk, [&](Index first, Index columns) {
      OwnedMatrix<double> cut(count, columns);
      multiplyHere<double>(Y, Op::kNone, V.block(0, filled_, first, columns), Into::kStore,
                           cut.view());
      for (Index k = 0; k < count; ++k) {
        std::copy_n(cut.view().row(count - 1 - k), columns, V.row(k) + first);
      }
      for (Index k = 0; k < kBlock; ++k) {
        std::copy_n(V.row(filled_ + k) + first, columns, V.row(count + k) + first);
      }
    });
    T_.elements().fill(0);
    for (Index k = 0; k < count; ++k) T_.view()(k, k) = value(k);
    filled_ = count;
  }

 private:
  void growBy(Team& team) {
    const auto V = V_.view();
    const auto block = V.rowBlock(filled_, kBlock), next = V.rowBlock(filled_ + kBlock, kBlock);
    overColumns(team, [&](Index first, Index count) { product_.take(block, first, count); });
    team.run(SymmetricBlockProduct::parts(A_.rows), [&](Index part) { product_.part(A_, part); });
    overColumns(team, [&](Index first, Index count) { product_.sum(next, first, count); });
    filled_ += kBlock;
    const auto C = coefficients_.view();
    for (int pass = 0; pass < 2; ++pass) {
      orthogonalize(next, team);
      for (Index k = 0; k < kBlock; ++k) {
        for (Index i = 0; i < filled_; ++i) {
          const Index row = filled_ - kBlock + k;
          T_.view()(row, i) = pass == 0 ? C(k, i) : T_.view()(row, i) + C(k, i);
        }
      }
    }
    triangularize(next, team);
  }

  template <class Body>
  void overColumns(Team& team, const Body& body) {
    team.run(blockCount(A_.rows, kColumnChunk), [&](Index chunk) {
      const Index first = chunk * kColumnChunk;
      body(first, std::min(kColumnChunk, A_.rows - first));
    });
  }

  // rows <- rows - (rows V^T) V over the basis, once; coefficients_ = rows V^T.
  void orthogonalize(MatrixView<double> rows, Team& team) {
    const auto V = V_.view().rowBlock(0, filled_);
    const auto C = coefficients_.view().block(0, rows.rows, 0, filled_);
    const auto minus = negated_.view().block(0, rows.rows, 0, filled_);
    team.run(blockCount(filled_, kRowChunk), [&](Index chunk) {
      const Index first = chunk * kRowChunk, count = std::min(kRowChunk, filled_ - first);
      multiplyHere<double>(rows, Op::kTranspose, V.rowBlock(first, count), Into::kStore,
                           C.block(0, rows.rows, first, count));
      for (Index k = 0; k < rows.rows; ++k) {
        for (Index i = first; i < first + count; ++i) minus(k, i) = -C(k, i);
      }
    });
    overColumns(team, [&](Index first, Index count) {
      multiplyHere<double>(minus, Op::kNone, V.block(0, filled_, first, count), Into::kAdd,
                           rows.block(0, rows.rows, first, count));
    });
  }

  // Orthonormal rows from those of the block, each against the ones before it; the lower
  // triangular factor goes to residual_. A row that vanishes gives way to a random one.
  void triangularize(MatrixView<double> block, Team& team) {
    const double noise = 10 * kEps * largestValue();
    for (Index row = 0; row < kBlock; ++row) {
      double* const w = block.row(row);
      double* const factors = residual_ + row * kBlock;
      std::fill_n(factors, kBlock, 0.0);
      orthogonalizeWithin(block, row, factors);
      const double before = ntkit::norm(w, A_.rows);
      if (before > noise) {
        factors[row] = before;
        for (Index j = 0; j < A_.rows; ++j) w[j] /= before;
        // Normalising a short vector magnifies what is left of the basis in it.
        if (before < 1e-4 * largestValue()) {
          orthogonalize(block.rowBlock(row, 1), team);
          double ignored[kBlock] = {};
          orthogonalizeWithin(block, row, ignored);
          scale(w, 1 / ntkit::norm(w, A_.rows));
        }
      } else {
        drawRows(row, 1, team);
        orthogonalizeDrawn(row, team);
      }
    }
  }

  // `count` rows of the block behind the basis become random.
  void drawRows(Index row, Index count, Team& team) {
    const auto block = V_.view().rowBlock(filled_ + row, count);
    for (Index k = 0; k < count; ++k) {
      overColumns(team, [&](Index first, Index columns) {
        fillGaussian(streamOf(0, Draw::kLanczos), drawn_ + static_cast<std::uint64_t>(first), 1,
                     block.row(k) + first, columns);
      });
      drawn_ += static_cast<std::uint64_t>(A_.rows);
    }
  }

  // Makes a drawn row orthogonal to the basis and to the rows before it.
  void orthogonalizeDrawn(Index row, Team& team) {
    const auto block = V_.view().rowBlock(filled_, kBlock);
    double* const w = block.row(row);
    for (int pass = 0; pass < 2; ++pass) {
      if (filled_ > 0) orthogonalize(block.rowBlock(row, 1), team);
      double ignored[kBlock] = {};
      orthogonalizeWithin(block, row, ignored);
      scale(w, 1 / ntkit::norm(w, A_.rows));
    }
  }

  void orthogonalizeWithin(MatrixView<double> block, Index row, double* factors) {
    if (row == 0) return;
    const auto before = block.rowBlock(0, row);
    double products[kBlock];
    for (int pass = 0; pass < 2; ++pass) {
      for (Index i = 0; i < row; ++i) products[i] = -dot(before.row(i), block.row(row), A_.rows);
      multiplyHere<double>({products, 1, row, row}, Op::kNone, before, Into::kAdd,
                           block.rowBlock(row, 1));
      for (Index i = 0; i < row; ++i) factors[i] -= products[i];
    }
  }

  void scale(double* w, double factor) const {
    for (Index j = 0; j < A_.rows; ++j) w[j] *= factor;
  }

  // A lower bound of |A|: the largest element of V A V^T.
  double largestValue() const {
    double largest = 0;
    for (Index i = 0; i < filled_; ++i) {
      largest = std::max(largest, std::fabs(T_.view()(i, i)));
    }
    return largest;
  }

  ConstMatrixView<double> A_;
  Control& control_;
  Index size_;
  Index filled_ = 0;
  OwnedMatrix<double> V_, T_, ritz_, coefficients_, negated_;
  SymmetricBlockProduct product_;
  Buffer<double> values_;
  double residual_[kBlock * kBlock] = {};
  std::uint64_t drawn_ = 0;
};

}  // namespace

bool lanczosPays(Index n, Index count) { return n >= 400 && 3 * basisSize(count) <= n; }

Index lanczosWorkspace(Index n, Index count) {
  const Index size = basisSize(count);
  return (size + kBlock) * (n + 2 * kBlock) + 5 * size * size + 66 * size +
         SymmetricBlockProduct::workspace(n);
}

bool lanczos(ConstMatrixView<double> A, Wanted wanted, double* values, MatrixView<double> vectors,
             Control& control) {
  const Index count = vectors.rows, size = basisSize(count);
  const Index keep = count + (size - count) / 4;
  Basis basis(A, size, control);
  // Values that converged and are being verified: one that grows was one of several, of which the
  // others had been missed.
  Buffer<double> found(count);
  bool verifying = false;
  basis.restartRandom();
  control.expect(1);
  const Index most = patience(wanted, A.rows, count), perLook = blocksPerLook(count);
  Foresight foresight(perLook);
  Index next = perLook;
  for (Index grown = 0, look = 0; grown < most; ++look) {
    Index blocks = 0;
    while ((blocks < next || basis.filled() < count) && !basis.full()) {
      basis.grow();
      ++blocks;
    }
    grown += blocks;
    basis.solve();
    control.advance(std::ldexp(1, -static_cast<int>(look) - 1));
    const double tolerance = kTolerance * basis.norm();
    bool done = true;
    double largest = 0;
    for (Index k = 0; k < count; ++k) {
      const double error = verifying                   ? (basis.value(k) - found[k]) / 4
                           : wanted == Wanted::kValues ? basis.error(k)
                                                       : basis.residual(k);
      done = done && error <= tolerance;
      largest = std::max(largest, error);
    }
    if (done && verifying) {
      basis.cut(count);
      for (Index k = 0; k < count; ++k) {
        values[k] = found[k];
        std::copy_n(basis.vectors(count).row(k), A.rows, vectors.row(k));
      }
      return true;
    }
    if (done) {
      for (Index k = 0; k < count; ++k) found[k] = basis.value(k);
      basis.cut(count);
      basis.restartRandom();
      next = kVerifyBlocks;
    } else if (verifying) {
      // What grew was a value, which says nothing of the errors to come.
      foresight = Foresight(perLook);
      next = perLook;
    } else {
      next = foresight.blocksAfter(largest / tolerance, blocks);
    }
    if (!done && basis.full()) basis.cut(keep);
    verifying = done;
  }
  return false;
}

}  // namespace ntkit
