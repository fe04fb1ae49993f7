#include "triangular.hpp"

#include <vector>

#include "cpu.hpp"
#include "local_product.hpp"
#include "milestones.hpp"
#include "strip_panel.hpp"

namespace ntkit {
namespace {

// Rows that are solved by one task, and columns that one task updates.
constexpr Index kRowBlock = 48;
constexpr Index kFewRows = 64;
constexpr Index chunkOf(Index edge, Index rows) { return rows <= kFewRows ? edge : kRowBlock; }
// Rows whose strips stay in the L2 cache while the columns of a chunk go over them.
constexpr Index kHotRows = 96;

enum class System {
  kTransposed,  // X L^T = B, columns ascending
  kPlain,       // X L = B, columns descending: in reverse order L is upper triangular
  kIdentity,    // X L^T = I: row i of X is zero before column i, the others lie above the diagonal
};

// One solve. Stage s takes the s-th column tile in the order of the system.
template <class T>
class Solve {
 public:
  // diagonalSquares, for kIdentity: where the sums of squares of the diagonal tiles of X go, which
  // X itself does not hold.
  Solve(System system, const TriangularFactor<T>& L, MatrixView<T> X, const OnSolved& onSolved,
        T* diagonalSquares = nullptr)
      : system_(system),
        L_(L.view()),
        triangles_(ascending() ? L.tiles().transposed.data() : L.tiles().reversed.data()),
        X_(X),
        onSolved_(onSolved),
        diagonalSquares_(diagonalSquares),
        n_(L_.rows),
        edge_(tileEdge(n_)),
        tiles_(blockCount(n_, edge_)),
        chunk_(chunkOf(edge_, X.rows)),
        chunks_(blockCount(n_, chunk_)),
        kernel_(kernels().strips->template of<T>()),
        reached_(2 * tiles_ + chunks_),
        rows_{Buffer<T>(rowsSize()), Buffer<T>(rowsSize())},
        cols_(direct() ? 0 : roundUp(n_, kStripMultiple) * edge_),
        minus_{Buffer<T>(minusSize()), Buffer<T>(minusSize())} {}

  void run(Control& control) {
    const std::vector<Task> tasks = listTasks();
    control.expect(static_cast<double>(tasks.size()));
    reached_.run(control, static_cast<Index>(tasks.size()), [&](Index index) {
      const Task& task = tasks[static_cast<std::size_t>(index)];
      if (task.isUpdate) {
        reached_.await(solvedIn(task.stage), rowBlocks(task.stage), control);
        reached_.await(updatesOf(task.part), task.stage, control);
        update(task.part, task.stage);
        reached_.reach(updatesOf(task.part));
        reached_.reach(updatesIn(task.stage));
      } else {
        const auto [first, last] = chunksIn(task.stage);
        for (Index chunk = first; chunk < last; ++chunk) {
          reached_.await(updatesOf(chunk), task.stage, control);
        }
        // The strips of two stages back lie where these go.
        if (task.stage >= 2) {
          reached_.await(updatesIn(task.stage - 2), updateCount(task.stage - 2), control);
        }
        solve(task.part, task.stage);
        reached_.reach(solvedIn(task.stage));
      }
      control.advance();
    });
  }

 private:
  struct Task {
    bool isUpdate;
    std::int32_t part, stage;  // the chunk of columns or the block of rows
  };

  // Whether L is read where it lies.
  bool direct() const { return X_.rows <= kUnpackedRows; }
  Index minusSize() const { return direct() ? X_.rows * edge_ : 0; }
  bool ascending() const { return system_ != System::kPlain; }
  Order order() const { return ascending() ? Order::kAscending : Order::kDescending; }
  Index rowsSize() const { return roundUp(X_.rows, kStripMultiple) * edge_; }
  Index tileOf(Index stage) const { return ascending() ? stage : tiles_ - 1 - stage; }
  Index firstCol(Index stage) const { return tileOf(stage) * edge_; }
  Index colsIn(Index stage) const { return std::min(edge_, n_ - firstCol(stage)); }
  // Rows that are not zero in the columns of this stage.
  Index rowsIn(Index stage) const {
    return system_ == System::kIdentity ? std::min(n_, (stage + 1) * edge_) : X_.rows;
  }
  Index rowBlocks(Index stage) const { return blockCount(rowsIn(stage), kRowBlock); }

  struct ChunkRange {
    Index first, last;
  };
  // Chunks of the columns of a stage, and of all columns after it in the order of the system. Tiles
  // end where chunks do.
  ChunkRange chunksIn(Index stage) const {
    return {firstCol(stage) / chunk_, blockCount(firstCol(stage) + colsIn(stage), chunk_)};
  }
  Index updateCount(Index stage) const {
    const auto [first, last] = chunksIn(stage);
    return ascending() ? chunks_ - last : first;
  }

  Index solvedIn(Index stage) const { return stage; }
  Index updatesIn(Index stage) const { return tiles_ + stage; }
  Index updatesOf(Index chunk) const { return 2 * tiles_ + chunk; }

  // Each stage's updates with the next stage's solves amid them: the columns of the next stage come
  // first, so that its solves have what they need.
  std::vector<Task> listTasks() const {
    std::vector<Task> tasks;
    const auto addSolves = [&](Index stage) {
      for (Index block = 0; block < rowBlocks(stage); ++block) {
        tasks.push_back(
            {false, static_cast<std::int32_t>(block), static_cast<std::int32_t>(stage)});
      }
    };
    addSolves(0);
    for (Index stage = 0; stage + 1 < tiles_; ++stage) {
      const Index count = updateCount(stage);
      const auto [nextFirst, nextLast] = chunksIn(stage + 1);
      const Index next = nextLast - nextFirst, middle = next + (count - next) / 2;
      for (Index step = 0; step < count; ++step) {
        if (step == middle) addSolves(stage + 1);
        const Index chunk = ascending() ? chunks_ - count + step : count - 1 - step;
        tasks.push_back({true, static_cast<std::int32_t>(chunk), static_cast<std::int32_t>(stage)});
      }
      if (middle >= count) addSolves(stage + 1);
    }
    return tasks;
  }

  const T* triangle(Index stage) const { return triangles_ + tileOf(stage) * edge_ * edge_; }
  // -X in the columns of a stage, for products that are added.
  MatrixView<T> minus(Index stage) {
    return {minus_[stage % 2].data(), X_.rows, colsIn(stage), edge_};
  }
  T* rowStrips(Index firstRow, Index stage) { return rows_[stage % 2].data() + firstRow * edge_; }

  void solve(Index block, Index stage) {
    const Index firstRow = block * kRowBlock;
    const Index rows = std::min(kRowBlock, rowsIn(stage) - firstRow);
    const Index first = firstCol(stage), cols = colsIn(stage);
    T* const strips = rowStrips(firstRow, stage);
    // The diagonal tile of the identity is nowhere in X, whose place L has.
    const bool isDiagonal = system_ == System::kIdentity && firstRow >= first;
    const auto place = X_.block(firstRow, rows, first, cols);
    if (isDiagonal) {
      packIdentity(firstRow - first, rows, strips);
    } else {
      packStrips<T>(place, order(), kernel_.rows, edge_, strips);
    }
    substitute(kernel_, edge_, rows, cols, triangle(stage), strips);
    if (isDiagonal) {
      sumDiagonalSquares(firstRow, rows, cols, strips);
      return;
    }
    unpackStrips<T>(strips, order(), kernel_.rows, edge_, place);
    if (direct()) negate(place, minus(stage));
    if (onSolved_) onSolved_(firstRow, rows, first, cols);
  }

  void packIdentity(Index offset, Index rows, T* strips) {
    std::fill_n(strips, roundUp(rows, kernel_.rows) * edge_, T{0});
    for (Index r = 0; r < rows; ++r) {
      const Index strip = r / kernel_.rows * kernel_.rows;
      strips[strip * edge_ + (offset + r) * kernel_.rows + r % kernel_.rows] = 1;
    }
  }

  void sumDiagonalSquares(Index firstRow, Index rows, Index cols, const T* strips) {
    for (Index r = 0; r < rows; ++r) {
      const T* const strip = strips + r / kernel_.rows * kernel_.rows * edge_ + r % kernel_.rows;
      T sum = 0;
      for (Index k = 0; k < cols; ++k) sum += strip[k * kernel_.rows] * strip[k * kernel_.rows];
      diagonalSquares_[firstRow + r] = sum;
    }
  }

  static void negate(ConstMatrixView<T> X, MatrixView<T> minusX) {
    for (Index r = 0; r < X.rows; ++r) {
      for (Index c = 0; c < X.cols; ++c) minusX(r, c) = -X(r, c);
    }
  }

  void update(Index chunk, Index stage) {
    const Index first = chunk * chunk_, cols = std::min(chunk_, n_ - first);
    const Index from = firstCol(stage), depth = colsIn(stage);
    const auto factor =
        ascending() ? L_.block(first, cols, from, depth) : L_.block(from, depth, first, cols);
    if (direct()) {
      multiplyHere<T>(minus(stage), ascending() ? Op::kTranspose : Op::kNone, factor, Into::kAdd,
                      X_.block(0, X_.rows, first, cols));
      return;
    }
    T* const strips = cols_.data() + first * edge_;
    if (ascending()) {
      packStrips<T>(factor, Order::kAscending, kernel_.cols, edge_, strips);
    } else {
      packLines<T>(factor, Order::kDescending, kernel_.cols, edge_, strips);
    }
    const Index rows = rowsIn(stage);
    for (Index r = 0; r < rows; r += kHotRows) {
      subtractProduct<T>(kernel_, depth, {rowStrips(r, stage), edge_}, {strips, edge_},
                         Part::kWhole, X_.block(r, std::min(kHotRows, rows - r), first, cols));
    }
  }

  const System system_;
  const ConstMatrixView<T> L_;
  const T* const triangles_;
  const MatrixView<T> X_;
  const OnSolved& onSolved_;
  T* const diagonalSquares_;
  const Index n_, edge_, tiles_, chunk_, chunks_;
  const StripKernel<T>& kernel_;
  Milestones reached_;
  Buffer<T> rows_[2];
  Buffer<T> cols_;
  Buffer<T> minus_[2];
};

}  // namespace

template <class T>
void TriangularFactor<T>::solveTransposed(MatrixView<T> X, Control& control) const {
  const OnSolved none;
  Solve<T>(System::kTransposed, *this, X, none).run(control);
}

template <class T>
void TriangularFactor<T>::solvePlain(MatrixView<T> X, Control& control,
                                     const OnSolved& onSolved) const {
  Solve<T>(System::kPlain, *this, X, onSolved).run(control);
}

template class TriangularFactor<double>;
template class TriangularFactor<float>;

void inverseDiagonal(TriangularFactor<double>& L, double* h, Control& control) {
  const MatrixView<double> place = L.place();
  parallelBlocks(control, place.rows, kRowBlock, [&](Index first, Index count) {
    for (Index i = first; i < first + count; ++i) {
      std::fill(place.row(i) + i + 1, place.row(i) + place.cols, 0.0);
    }
  });
  // Rows of later tiles come after those of earlier ones, stage after stage: sums in a fixed order.
  const OnSolved addSquares = [&](Index firstRow, Index rows, Index firstCol, Index cols) {
    for (Index i = firstRow; i < firstRow + rows; ++i) {
      const double* const row = place.row(i) + firstCol;
      double sum = 0;
      for (Index j = 0; j < cols; ++j) sum += row[j] * row[j];
      h[i] += sum;
    }
  };
  Solve<double>(System::kIdentity, L, place, addSquares, h).run(control);
}

Index solveWorkspace(Index n, Index m) {
  return (2 * roundUp(m, kStripMultiple) + roundUp(n, kStripMultiple)) * tileEdge(n);
}

}  // namespace ntkit
