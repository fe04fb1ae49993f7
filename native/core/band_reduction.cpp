#include "band_reduction.hpp"

#include "local_product.hpp"
#include "panels.hpp"
#include "parallel.hpp"
#include "reflection.hpp"
#include "strip_panel.hpp"
#include "team.hpp"
#include "triangle_pass.hpp"

namespace ntkit {
namespace {

// One block of rows after the other, from the last. With Y = V A of the rest A:
// W = T^T Y + C V, C = 1/2 T^T Y V^T T, where I + V^T T V is the product of the reflectors.
template <Index kBand>
class Reduction {
 public:
  Reduction(MatrixView<double> A, BandMatrix<kBand>& band)
      : A_(A),
        band_(band),
        space_(workspace(A.rows)),
        pairs_{{A.rows, space_.data()}, {A.rows, space_.data() + pairSize(A.rows)}},
        products_{space_.data() + 2 * pairSize(A.rows), kBand, A.rows,
                  spreadColumns(A.rows, kCacheLine<double>)},
        inner_(products_.data + kBand * products_.stride),
        pass_(A, inner_ + kSquare * blockCount(A.rows, kFewestColumns)) {}

  // In one piece: huge pages, where rows would otherwise have a page each.
  static Index workspace(Index n) {
    return 2 * pairSize(n) + kBand * spreadColumns(n, kCacheLine<double>) +
           kSquare * blockCount(n, kFewestColumns) + TrianglePass<kBand>::workspace(n);
  }

  // Takes all rows from `size` on.
  void start(Index size) {
    take(size, A_.rows);
    pass_.begin(size, nullptr);
  }

  // Brings the rows before those that were taken up to date, `size` of them, and takes the last.
  void reduce(Index size, Team& team) {
    const PairFactors<kBand>& pair = pairs_[taken_];
    team.run(pass_.parts(), [&](Index part) { pass_.pass(part, pair); });
    team.run(pass_.blocks(), [&](Index block) { sum(block, pair); });
    findFactors(pass_.blocks());
    team.run(pass_.blocks(), [&](Index block) { combine(block, pair); });
    // What the next step waits for is the first task; others update the rest meanwhile.
    const Index first = size - kBand;
    pass_.begin(first, &pair);
    std::atomic<bool> taken{false};
    team.run(1 + pass_.parts(), [&](Index task) {
      if (task > 0) {
        pass_.updateAhead(task - 1, taken);
        return;
      }
      pass_.updateRowsBehind();
      take(first, size);
      taken.store(true, std::memory_order_relaxed);
    });
  }

 private:
  static constexpr Index kSquare = kBand * kBand;
  // Reflectors that are applied together to the rows after them.
  static constexpr Index kGroup = 4;
  static constexpr Index kFewestColumns = 48;  // of a block of Y

  static Index pairSize(Index n) { return PairFactors<kBand>::workspace(n); }
  MatrixView<double> square(double* elements) { return {elements, kBand, kBand, kBand}; }

  // Rows [first, end), which must be up to date, become the next reflectors.
  void take(Index first, Index end) {
    for (Index i = first; i < end; ++i) {
      std::copy(A_.row(i) + first, A_.row(i) + i + 1, band_.at(i, first));
    }
    if (first == 0) return;
    // What was taken before goes on updating the rest.
    taken_ ^= 1;
    for (Index group = 0; group < kBand; group += kGroup) {
      for (Index i = group; i < group + kGroup; ++i) copyRow(first, end, i);
      if (group > 0) applyReflectors(first, group);
      for (Index i = group; i < group + kGroup; ++i) reflectRow(first, end, group, i);
      extendFactor(first, group);
    }
  }

  // The i-th row from the end, of zeros where there is none.
  void copyRow(Index first, Index end, Index i) {
    double* const v = pairs_[taken_].V.row(i);
    const Index row = end - 1 - i;
    if (row < first) {
      std::fill_n(v, first, 0.0);
    } else {
      std::copy_n(A_.row(row), first, v);
    }
  }

  // Products of the rows of a group with the first `count` reflectors, and some of no meaning.
  void multiplyByEarlier(Index first, Index group, Index count, double* products) {
    const auto V = pairs_[taken_].V, turned = pairs_[taken_].columns;
    for (Index row = 0; row < count; row += kernel_.lanes) {
      kernel_.multiply({V.row(group), V.stride, kGroup, turned.data + row, turned.stride, first,
                        PanelEnd::kStore, products + row, kBand});
    }
  }

  // Applies the reflectors before a group to its rows: X <- X (I + V^T T V).
  void applyReflectors(Index first, Index group) {
    const auto V = pairs_[taken_].V;
    double products[kGroup * kBand], factors[kGroup * kBand];
    multiplyByEarlier(first, group, group, products);
    multiplyHere<double>({products, kGroup, group, kBand}, Op::kNone,
                         square(T_).block(0, group, 0, group), Into::kStore,
                         {factors, kGroup, group, kBand});
    for (Index col = 0; col < first; col += kernel_.lanes) {
      kernel_.multiply({factors, kBand, kGroup, V.data + col, V.stride, group, PanelEnd::kAddSum,
                        V.row(group) + col, V.stride});
    }
  }

  // The i-th row becomes the i-th reflector, once those of its group are applied to it.
  void reflectRow(Index first, Index end, Index group, Index i) {
    const auto V = pairs_[taken_].V;
    double* const v = V.row(i);
    const Index row = end - 1 - i;
    tau_[i] = 0;
    if (row < first) return;
    for (Index p = group; p < i; ++p) {
      const double* const earlier = V.row(p);
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

  // T with the columns of a group, from its products with the reflectors so far.
  void extendFactor(Index first, Index group) {
    const auto V = pairs_[taken_].V, turned = pairs_[taken_].columns;
    transpose(V.row(group), V.stride, kGroup, first, turned.data + group, turned.stride);
    const Index size = group + kGroup;
    double products[kGroup * kBand];
    multiplyByEarlier(first, group, size, products);
    transpose(products, kBand, kGroup, size, T_ + group, kBand);
    blockFactor(tau_, square(T_).block(0, size, 0, size), group);
  }

  // Y in a block of columns, and its part of Y V^T.
  void sum(Index block, const PairFactors<kBand>& pair) {
    const Index first = pass_.firstOf(block), columns = pass_.sizeOf(block);
    const auto Y = products_.block(0, kBand, first, columns);
    pass_.sum(block, Y);
    for (Index row = 0; row < kBand; row += kernel_.lanes) {
      kernel_.multiply({Y.data, Y.stride, kBand, pair.columns.row(first) + row, pair.columns.stride,
                        columns, PanelEnd::kStore, inner_ + block * kSquare + row, kBand});
    }
  }

  // T^T and C.
  void findFactors(Index blocks) {
    double inner[kSquare] = {}, product[kSquare];
    for (Index block = 0; block < blocks; ++block) {
      const double* const part = inner_ + block * kSquare;
      for (Index k = 0; k < kSquare; ++k) inner[k] += part[k];
    }
    transpose(T_, kBand, kBand, kBand, turnedT_, kBand);
    multiplyHere<double>(square(turnedT_), Op::kNone, square(inner), Into::kStore, square(product));
    multiplyHere<double>(square(product), Op::kNone, square(T_), Into::kStore, square(C_));
    for (double& element : C_) element *= 0.5;
  }

  // W in a block of columns.
  void combine(Index block, const PairFactors<kBand>& pair) {
    const Index first = pass_.firstOf(block), columns = pass_.sizeOf(block);
    for (Index col = first; col < first + columns; col += kernel_.lanes) {
      kernel_.multiply({turnedT_, kBand, kBand, products_.data + col, products_.stride, kBand,
                        PanelEnd::kStore, pair.W.data + col, pair.W.stride});
      kernel_.multiply({C_, kBand, kBand, pair.V.data + col, pair.V.stride, kBand,
                        PanelEnd::kAddSum, pair.W.data + col, pair.W.stride});
    }
    transpose(pair.W.data + first, pair.W.stride, kBand, columns, pair.columns.row(first) + kBand,
              pair.columns.stride);
  }

  const MatrixView<double> A_;
  BandMatrix<kBand>& band_;
  const NetworkKernels<double>& kernel_ = kernels().network<double>();
  Buffer<double> space_;
  const PairFactors<kBand> pairs_[2];
  Index taken_ = 0;                    // the pair whose V was taken last
  const MatrixView<double> products_;  // Y
  double* const inner_;                // Y V^T of each block
  double tau_[kBand];
  double T_[kSquare] = {}, turnedT_[kSquare], C_[kSquare];
  TrianglePass<kBand> pass_;
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
  runOnPool(control, [&] { reduction.start(size); });
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
