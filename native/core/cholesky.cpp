#include "cholesky.hpp"

#include <cmath>
#include <vector>

#include "cpu.hpp"
#include "milestones.hpp"
#include "shares.hpp"
#include "strip_panel.hpp"

namespace ntkit {
namespace {

enum class Step { kFactor, kSolve, kUpdate };
struct Task {
  Step step;
  std::int32_t row, col, panel;
};

std::vector<Task> tasksOf(std::int32_t tiles) {
  std::vector<Task> tasks;
  tasks.push_back({Step::kFactor, 0, 0, 0});
  for (std::int32_t i = 1; i < tiles; ++i) tasks.push_back({Step::kSolve, i, 0, 0});
  for (std::int32_t k = 0; k + 1 < tiles; ++k) {
    for (std::int32_t i = k + 1; i < tiles; ++i) tasks.push_back({Step::kUpdate, i, k + 1, k});
    tasks.push_back({Step::kFactor, k + 1, k + 1, k + 1});
    const std::int32_t rest = tiles - k - 2, middle = rest * (rest + 1) / 4;
    std::int32_t placed = 0;
    const auto solve = [&] {
      for (std::int32_t i = k + 2; i < tiles; ++i) tasks.push_back({Step::kSolve, i, k + 1, k + 1});
    };
    for (std::int32_t j = k + 2; j < tiles; ++j) {
      for (std::int32_t i = j; i < tiles; ++i) {
        if (placed++ == middle) solve();
        tasks.push_back({Step::kUpdate, i, j, k});
      }
    }
  }
  return tasks;
}

// Updates by one panel that follow each other in the list: they may run in any order, and each
// member of the pool begins with its part of the tiles.
struct Updates {
  Index first, count;
  Shares shares;

  // The task of this thread, of as many as there are.
  Index take() noexcept { return first + shares.take(numberOfThisThread() % shares.members()); }
};

// The groups of updates, and for each task the one that it belongs to, or -1.
struct UpdateGroups {
  std::vector<Updates> groups;
  std::vector<std::int32_t> ofTask;
};

UpdateGroups groupsOf(const std::vector<Task>& tasks) {
  UpdateGroups found;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const bool isUpdate = tasks[i].step == Step::kUpdate;
    if (isUpdate &&
        (i == 0 || tasks[i - 1].step != Step::kUpdate || tasks[i - 1].panel != tasks[i].panel)) {
      found.groups.push_back({static_cast<Index>(i), 0, Shares(threads())});
    }
    if (isUpdate) ++found.groups.back().count;
    found.ofTask.push_back(isUpdate ? static_cast<std::int32_t>(found.groups.size()) - 1 : -1);
  }
  for (Updates& group : found.groups) group.shares.fill(group.count);
  return found;
}

template <class T>
class Cholesky {
 public:
  explicit Cholesky(MatrixView<T> A)
      : A_(A),
        n_(A.rows),
        edge_(tileEdge(n_)),
        tiles_(blockCount(n_, edge_)),
        kernel_(kernels().strips->template of<T>()),
        reached_(tiles_ * tiles_ + tiles_),
        triangles_{Buffer<T>(tiles_ * edge_ * edge_), Buffer<T>(tiles_ * edge_ * edge_)},
        rows_{Buffer<T>(panelSize()), Buffer<T>(panelSize())},
        cols_{Buffer<T>(panelSize()), Buffer<T>(panelSize())} {}

  DiagonalTiles<T> run(Control& control) {
    const std::vector<Task> tasks = tasksOf(static_cast<std::int32_t>(tiles_));
    UpdateGroups updates = groupsOf(tasks);
    control.expect(static_cast<double>(tasks.size()));
    reached_.run(control, static_cast<Index>(tasks.size()), [&](Index index) {
      if (const auto group = updates.ofTask[static_cast<std::size_t>(index)]; group >= 0) {
        index = updates.groups[static_cast<std::size_t>(group)].take();
      }
      const Task task = tasks[static_cast<std::size_t>(index)];
      const Index i = task.row, j = task.col, k = task.panel;
      switch (task.step) {
        case Step::kFactor:
          reached_.await(tile(k, k), k, control);
          factor(k);
          break;
        case Step::kSolve:
          reached_.await(tile(i, k), k, control);
          reached_.await(tile(k, k), k + 1, control);
          // The panel two columns back lies where this one goes.
          if (k >= 2) reached_.await(updatesOf(k - 2), trailing(k - 2), control);
          solve(i, k);
          break;
        case Step::kUpdate:
          reached_.await(tile(i, j), k, control);
          reached_.await(tile(i, k), k + 1, control);
          reached_.await(tile(j, k), k + 1, control);
          update(i, j, k);
          reached_.reach(updatesOf(k));
          break;
      }
      reached_.reach(tile(i, j));
      // No task waits for the reversed tile, and what it is made of is in the cache.
      if (task.step == Step::kFactor) packReversed(k);
      control.advance();
    });
    return std::move(triangles_);
  }

 private:
  Index panelSize() const { return roundUp(n_, kStripMultiple) * edge_; }
  Index tile(Index i, Index j) const { return i * tiles_ + j; }
  Index updatesOf(Index k) const { return tiles_ * tiles_ + k; }
  Index trailing(Index k) const { return (tiles_ - k - 1) * (tiles_ - k) / 2; }
  Index first(Index i) const { return i * edge_; }
  Index sizeOf(Index i) const { return std::min(edge_, n_ - first(i)); }

  // Row strips of tile i of the panel in columns k, and its column strips.
  T* rowStrips(Index i, Index k) { return rows_[k % 2].data() + first(i) * edge_; }
  T* colStrips(Index i, Index k) { return cols_[k % 2].data() + first(i) * edge_; }
  T* triangle(Index k) { return triangles_.transposed.data() + k * edge_ * edge_; }

  MatrixView<T> block(Index i, Index j) const {
    return A_.block(first(i), sizeOf(i), first(j), sizeOf(j));
  }

  void factor(Index k) {
    const Index mr = kernel_.rows, nr = kernel_.cols, size = sizeOf(k);
    T* const strips = rowStrips(k, k);
    T* const u = triangle(k);
    packStrips<T>(block(k, k), Order::kAscending, mr, edge_, strips);
    for (Index s = 0; s < size; s += nr) {
      T* const line = u + s * edge_;  // [k][nr]
      const Index count = std::min(nr, size - s);
      widenStrips(strips + s * edge_, count, mr, nr, s, edge_, line);
      for (Index p = s; p < s + nr; ++p) {
        for (Index c = 0; c < nr; ++c) line[p * nr + c] = p == s + c ? 1 : 0;
      }
      const Index own = std::min(roundUp(std::min(size, s + nr), mr), roundUp(size, mr));
      for (Index r = s; r < own; r += mr) kernel_.substitute(s, strips + r * edge_, line);
      factorSquare(first(k), s, count, strips, line + s * nr);
      // rows of strips that straddle the end of the block
      for (Index r = own; r < size; r += mr) kernel_.substitute(s, strips + r * edge_, line);
    }
    for (Index r = 0; r < size; ++r) {
      const T* const row = rowOf(strips, r);
      T* const out = A_.row(first(k) + r) + first(k);
      for (Index c = 0; c <= r; ++c) out[c] = row[c * mr];
    }
  }

  // Element c of a row of packed strips is at [c * kernel rows].
  T* rowOf(T* strips, Index row) const {
    return strips + row / kernel_.rows * kernel_.rows * edge_ + row % kernel_.rows;
  }

  // Factors `count` rows and columns from s of a diagonal tile, whose first row is `order` of A:
  // into the strips, and with inverse pivots into the lines of the triangle.
  void factorSquare(Index order, Index s, Index count, T* strips, T* lines) {
    const Index mr = kernel_.rows, nr = kernel_.cols;
    T square[kStripMultiple][kStripMultiple], column[kStripMultiple];
    for (Index r = 0; r < count; ++r) {
      const T* const row = rowOf(strips, s + r) + s * mr;
      for (Index c = 0; c <= r; ++c) square[r][c] = row[c * mr];
    }
    for (Index c = 0; c < count; ++c) {
      const T pivot = square[c][c];
      if (!(pivot > 0)) throw FailedPivot{order + s + c + 1, static_cast<double>(pivot)};
      const T root = std::sqrt(pivot), inverse = 1 / root;
      square[c][c] = root;
      lines[c * nr + c] = inverse;
      for (Index r = c + 1; r < count; ++r) {
        column[r] = square[r][c] *= inverse;
        lines[c * nr + r] = column[r];
      }
      for (Index r = c + 1; r < count; ++r) {
        const T factor = column[r];
        for (Index q = c + 1; q <= r; ++q) square[r][q] -= factor * column[q];
      }
    }
    for (Index r = 0; r < count; ++r) {
      T* const row = rowOf(strips, s + r) + s * mr;
      for (Index c = 0; c <= r; ++c) row[c * mr] = square[r][c];
    }
  }

  void packReversed(Index k) {
    const ConstMatrixView<T> L = block(k, k);
    const Index nr = kernel_.cols, size = L.rows;
    for (Index s = 0; s < size; s += nr) {
      T* const strip = triangles_.reversed.data() + (k * edge_ + s) * edge_;
      const Index cols = std::min(nr, size - s), lastCol = size - 1 - s;
      for (Index p = 0; p < s + nr; ++p) {
        T* const line = strip + p * nr;
        // Of a line of the square on the diagonal, what is right of it.
        const Index start = std::max<Index>(p - s, 0);
        std::fill_n(line, nr, T{0});
        for (Index c = start; c < cols; ++c) line[c] = L(size - 1 - p, lastCol - c);
        if (p >= s) line[start] = start < cols ? 1 / line[start] : T{1};
      }
    }
  }

  void solve(Index i, Index k) {
    T* const strips = rowStrips(i, k);
    packStrips<T>(block(i, k), Order::kAscending, kernel_.rows, edge_, strips);
    substitute(kernel_, edge_, sizeOf(i), sizeOf(k), triangle(k), strips);
    unpackStrips<T>(strips, Order::kAscending, kernel_.rows, edge_, block(i, k));
    widenStrips(strips, sizeOf(i), kernel_.rows, kernel_.cols, edge_, edge_, colStrips(i, k));
  }

  void update(Index i, Index j, Index k) {
    subtractProduct<T>(kernel_, edge_, {rowStrips(i, k), edge_}, {colStrips(j, k), edge_},
                       i == j ? Part::kLower : Part::kWhole, block(i, j));
  }

  const MatrixView<T> A_;
  const Index n_, edge_, tiles_;
  const StripKernel<T>& kernel_;
  Milestones reached_;
  DiagonalTiles<T> triangles_;
  Buffer<T> rows_[2], cols_[2];
};

}  // namespace

Index tileEdge(Index n) {
  if (n <= 400) return kStripMultiple;
  if (n <= 1500) return 2 * kStripMultiple;
  return n <= 3000 ? 3 * kStripMultiple : 4 * kStripMultiple;
}

template <class T>
DiagonalTiles<T> choleskyLower(MatrixView<T> A, Control& control) {
  return Cholesky<T>(A).run(control);
}

Index diagonalTileElements(Index n) {
  const Index edge = tileEdge(n);
  return 2 * blockCount(n, edge) * edge * edge;
}

template DiagonalTiles<double> choleskyLower(MatrixView<double>, Control&);
template DiagonalTiles<float> choleskyLower(MatrixView<float>, Control&);

Index choleskyWorkspace(Index n) {
  return diagonalTileElements(n) + 4 * roundUp(n, kStripMultiple) * tileEdge(n);
}

}  // namespace ntkit
