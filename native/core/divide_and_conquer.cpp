#include "divide_and_conquer.hpp"

#include <cmath>
#include <numeric>

#include "blas.hpp"
#include "local_product.hpp"
#include "parallel.hpp"
#include "secular.hpp"
#include "secular_root.hpp"
#include "team.hpp"
#include "tiles.hpp"

namespace ntkit {
namespace {

constexpr Index kLeaf = 48;
constexpr Index kRootBlock = 16;
constexpr Index kColumnBlock = 256;
// Merges of more take tens of milliseconds, and other operations their turns meanwhile.
constexpr Index rowsInOneTurn(bool vectors) { return vectors ? 512 : 2048; }

// Two neighbours of one level becoming one: rows [first, first + rows), of which leftRows are the
// left one's. Positions within are counted from `first`.
struct Merge {
  Index first, rows, leftRows;
  Deflation deflation;
  std::vector<double> weights;  // z, recomputed

  Index roots() const noexcept { return deflation.roots(); }
};

class Solver {
 public:
  Solver(double* diagonal, double* offDiagonal, Kept kept, const TridiagonalSpace& space,
         Control& control)
      : n_(space.secular.rows),
        values_(diagonal),
        offDiagonal_(offDiagonal),
        whole_(kept == Kept::kVectors),
        space_(space),
        control_(control),
        order_(n_),
        z_(n_) {}

  Buffer<Index> solve() {
    Index levels = 0;
    while ((n_ >> levels) > kLeaf) ++levels;
    control_.expect(std::pow(4, static_cast<double>(levels)));
    inOneTurn(kLeaf, [&] { solveLeaves(Index{1} << levels); });
    for (Index level = levels - 1; level >= 0; --level) {
      inOneTurn(n_ >> level, [&] { mergePairs(Index{1} << level); });
      // The last merge takes three quarters of the time, the one before three quarters of the rest.
      control_.advance(0.75 * std::pow(4, static_cast<double>(levels - level)));
    }
    return std::move(order_);
  }

 private:
  // Where part `part` of `parts` begins.
  Index start(Index part, Index parts) const { return part * n_ / parts; }

  // A level whose merges have so many rows: its loops in one turn on the pool, where they are
  // brief.
  template <class Work>
  void inOneTurn(Index rows, const Work& work) {
    if (rows > rowsInOneTurn(whole_)) {
      work();
      return;
    }
    withTeam(control_, [&](Team& team) {
      team_ = &team;
      work();
    });
    team_ = nullptr;
  }

  void loop(Index tasks, const std::function<void(Index)>& body) {
    if (team_ != nullptr) {
      team_->run(tasks, body);
    } else {
      parallelFor(control_, tasks, body);
    }
  }

  void solveLeaves(Index leaves) {
    for (Index leaf = 1; leaf < leaves; ++leaf) {
      const Index at = start(leaf, leaves);
      values_[at - 1] -= std::fabs(offDiagonal_[at - 1]);
      values_[at] -= std::fabs(offDiagonal_[at - 1]);
    }
    loop(leaves, [&](Index leaf) {
      const Index first = start(leaf, leaves), rows = start(leaf + 1, leaves) - first;
      Buffer<double> coupling(rows);
      std::copy_n(offDiagonal_ + first, rows, coupling.data());
      if (whole_) {
        steqr(values_ + first, coupling.data(), space_.rows.block(first, rows, first, rows));
      } else {
        OwnedMatrix<double> vectors(rows, rows);
        steqr(values_ + first, coupling.data(), vectors.view());
        for (Index i = 0; i < rows; ++i) {
          space_.rows(first + i, 0) = vectors.view()(i, 0);
          space_.rows(first + i, 1) = vectors.view()(i, rows - 1);
        }
      }
      std::iota(order_.data() + first, order_.data() + first + rows, Index{0});
    });
  }

  static void steqr(double* values, double* coupling, MatrixView<double> rows) {
    if (blas::steqr(values, coupling, rows) != 0) fail("dsteqr");
  }

  [[noreturn]] static void fail(const char* routine) {
    throw Error(ErrorCode::kNoConvergence,
                std::string(routine) + " did not converge: check the scale of the matrix");
  }

  void mergePairs(Index count) {
    std::vector<Merge> merges(static_cast<std::size_t>(count));
    const bool last = count == 1;
    loop(count, [&](Index index) {
      Merge& merge = merges[static_cast<std::size_t>(index)];
      merge.first = start(index, count);
      merge.rows = start(index + 1, count) - merge.first;
      merge.leftRows = start(2 * index + 1, 2 * count) - merge.first;
      deflateValues(merge);
    });
    const auto over = [&](Index block, auto sizeOf, auto body) {
      std::vector<std::pair<const Merge*, Index>> tasks;
      for (const Merge& merge : merges) {
        for (Index at = 0; at < sizeOf(merge); at += block) tasks.emplace_back(&merge, at);
      }
      loop(static_cast<Index>(tasks.size()), [&](Index task) {
        const auto [merge, at] = tasks[static_cast<std::size_t>(task)];
        body(*merge, at, std::min(block, sizeOf(*merge) - at));
      });
    };
    const auto roots = [](const Merge& merge) { return merge.roots(); };
    over(kRootBlock, roots, [&](const Merge& m, Index at, Index k) { findRoots(m, at, k); });
    if (whole_ || !last) {
      const auto columns = [&](const Merge& merge) { return whole_ ? merge.rows : 2; };
      over(kColumnBlock, columns, [&](const Merge& m, Index at, Index k) { packRows(m, at, k); });
      over(kRootBlock, roots, [&](const Merge& m, Index at, Index k) { findWeights(m, at, k); });
      over(kRootBlock, roots, [&](const Merge& m, Index at, Index k) { formSecular(m, at, k); });
      const auto tiles = [&](const Merge& merge) {
        return blockCount(merge.rows, kTile) * blockCount(columns(merge), kTile);
      };
      over(1, tiles, [&](const Merge& m, Index tile, Index) { transform(m, tile); });
    }
    loop(count, [&](Index index) { sortValues(merges[static_cast<std::size_t>(index)]); });
  }

  // The columns of the rows of a merge, and those of its left half.
  Index firstColumn(const Merge& merge) const { return whole_ ? merge.first : 0; }
  Index leftColumns(const Merge& merge) const { return whole_ ? merge.leftRows : 1; }

  void deflateValues(Merge& merge) {
    const Index middle = merge.first + merge.leftRows, end = merge.first + merge.rows;
    const Index lastOfLeft = whole_ ? middle - 1 : 1, firstOfRight = whole_ ? middle : 0;
    double* const z = z_.data() + merge.first;
    for (Index row = merge.first; row < end; ++row) {
      z[row - merge.first] = space_.rows(row, row < middle ? lastOfLeft : firstOfRight);
    }
    for (Index row = middle; row < end; ++row) order_[row] += merge.leftRows;
    double* const values = values_ + merge.first;
    merge.deflation = deflate(values, order_.data() + merge.first, merge.leftRows, merge.rows, z,
                              offDiagonal_[middle - 1]);
    merge.weights.resize(static_cast<std::size_t>(merge.roots()));
    std::vector<double> packedValues;
    for (const Index row : merge.deflation.packed) packedValues.push_back(values[row]);
    std::copy(packedValues.begin(), packedValues.end(), values);
  }

  // Row `root` of `secular`: the distances of all poles to the root; for one or two poles, the
  // eigenvector itself.
  void findRoots(const Merge& merge, Index first, Index count) {
    const Deflation& d = merge.deflation;
    for (Index root = first; root < first + count; ++root) {
      double* const distances = secularRow(merge, root);
      double* const value = values_ + merge.first + root;
      const double *const poles = d.poles.data(), *const z = d.z.data();
      if (merge.roots() > 2 &&
          findSecularRoot(merge.roots(), root, poles, z, d.rho, distances, value)) {
        continue;
      }
      if (blas::laed4(merge.roots(), root, poles, z, d.rho, distances, value) != 0) fail("dlaed4");
    }
  }

  double* secularRow(const Merge& merge, Index root) const {
    return space_.secular.row(merge.first + root) + merge.first;
  }

  // Columns of the old eigenvectors: zeros of the other half, rotations, a copy in packed order.
  void packRows(const Merge& merge, Index first, Index count) {
    const Index split = std::clamp<Index>(leftColumns(merge) - first, 0, count);
    const auto rows = space_.rows.block(merge.first, merge.rows, firstColumn(merge) + first, count);
    const auto copy = space_.copy.block(merge.first, merge.rows, firstColumn(merge) + first, count);
    for (Index i = 0; i < merge.rows; ++i) {
      if (i < merge.leftRows) {
        std::fill(rows.row(i) + split, rows.row(i) + count, 0.0);
      } else {
        std::fill(rows.row(i), rows.row(i) + split, 0.0);
      }
    }
    for (const auto& [one, other, cosine, sine] : merge.deflation.rotations) {
      double* const x = rows.row(one);
      double* const y = rows.row(other);
      for (Index j = 0; j < count; ++j) {
        const double before = x[j];
        x[j] = cosine * before + sine * y[j];
        y[j] = cosine * y[j] - sine * before;
      }
    }
    for (Index i = 0; i < merge.rows; ++i) {
      std::copy_n(rows.row(merge.deflation.packed[static_cast<std::size_t>(i)]), count,
                  copy.row(i));
    }
  }

  // z as it would be were the computed roots exact (Gu and Eisenstat): the product over all roots
  // of their distance to a pole, over that pole's distance to the other poles.
  void findWeights(const Merge& merge, Index first, Index count) {
    const Deflation& d = merge.deflation;
    const Index roots = merge.roots(), end = first + count;
    const double* const poles = d.poles.data();
    double* const weights = const_cast<double*>(merge.weights.data());
    for (Index i = first; i < end; ++i) weights[i] = secularRow(merge, i)[i];
    for (Index root = 0; root < roots; ++root) {
      const double* const distances = secularRow(merge, root);
      for (Index i = first; i < std::min(root, end); ++i) {
        weights[i] *= distances[i] / (poles[i] - poles[root]);
      }
      for (Index i = std::max(root + 1, first); i < end; ++i) {
        weights[i] *= distances[i] / (poles[i] - poles[root]);
      }
    }
    for (Index i = first; i < end; ++i) {
      weights[i] = std::copysign(std::sqrt(-weights[i]), d.z[static_cast<std::size_t>(i)]);
    }
  }

  // The eigenvectors of D + rho z z^T, in packed order.
  void formSecular(const Merge& merge, Index first, Index count) {
    const Index roots = merge.roots();
    const Index* const position = merge.deflation.position.data();
    std::vector<double> vector(static_cast<std::size_t>(roots));
    for (Index root = first; root < first + count; ++root) {
      double* const row = secularRow(merge, root);
      std::copy_n(row, roots, vector.data());
      double squares = 1;
      if (roots > 2) {
        squares = 0;
        for (Index i = 0; i < roots; ++i) {
          double& element = vector[static_cast<std::size_t>(i)];
          element = merge.weights[static_cast<std::size_t>(i)] / element;
          squares += element * element;
        }
      }
      const double inverse = 1 / std::sqrt(squares);
      for (Index i = 0; i < roots; ++i) {
        row[position[i]] = vector[static_cast<std::size_t>(i)] * inverse;
      }
    }
  }

  // A tile of the new eigenvectors: products for the roots, copies for what was deflated.
  void transform(const Merge& merge, Index tile) {
    const Deflation& d = merge.deflation;
    const Index columns = whole_ ? merge.rows : 2, tileColumns = blockCount(columns, kTile);
    const Index row = tile / tileColumns * kTile, column = tile % tileColumns * kTile;
    const Index endRow = std::min(row + kTile, merge.rows);
    const Index endColumn = std::min(column + kTile, columns), split = leftColumns(merge);
    const Index rootRows = std::max<Index>(std::min(endRow, merge.roots()) - row, 0);
    const auto product = [&](Index inner, Index count, Index from, Index to) {
      if (from >= to || rootRows == 0) return;
      const Index at = firstColumn(merge) + from;
      multiplyHere<double>(
          space_.secular.block(merge.first + row, rootRows, merge.first + inner, count), Op::kNone,
          space_.copy.block(merge.first + inner, count, at, to - from), Into::kStore,
          space_.rows.block(merge.first + row, rootRows, at, to - from));
    };
    product(0, d.left + d.mixed, column, std::min(endColumn, split));
    product(d.left, d.mixed + d.right, std::max(column, split), endColumn);
    for (Index i = row + rootRows; i < endRow; ++i) {
      const Index at = firstColumn(merge) + column;
      std::copy_n(space_.copy.row(merge.first + i) + at, endColumn - column,
                  space_.rows.row(merge.first + i) + at);
    }
  }

  void sortValues(const Merge& merge) {
    const double* const values = values_ + merge.first;
    const auto ascending = [&](Index a, Index b) { return values[a] < values[b]; };
    Index* const order = order_.data() + merge.first;
    std::iota(order, order + merge.rows, Index{0});
    std::sort(order + merge.roots(), order + merge.rows, ascending);
    std::inplace_merge(order, order + merge.roots(), order + merge.rows, ascending);
  }

  Index n_;
  double* values_;
  const double* offDiagonal_;
  bool whole_;
  TridiagonalSpace space_;
  Control& control_;
  Team* team_ = nullptr;  // while a level has one
  Buffer<Index> order_;
  Buffer<double> z_;
};

}  // namespace

Buffer<Index> divideAndConquer(double* diagonal, double* offDiagonal, Kept kept,
                               const TridiagonalSpace& space, Control& control) {
  return Solver(diagonal, offDiagonal, kept, space, control).solve();
}

}  // namespace ntkit
