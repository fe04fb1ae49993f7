#include "gates.hpp"

#include "blas.hpp"
#include "tiles.hpp"

namespace ntkit {

template <class T>
GateBits packGates(ConstMatrixView<T> X, ConstMatrixView<T> W, Control& control) {
  static_assert(kTile % 64 == 0, "tiles of units must start on a word");
  GateBits gates(X.rows, W.rows);
  control.expect(static_cast<double>(X.rows));
  parallelBlocks(control, X.rows, kTile, [&](Index first, Index count) {
    OwnedMatrix<T> scratch(count, std::min(kTile, W.rows));
    for (Index unit = 0; unit < W.rows; unit += kTile) {
      const Index units = std::min(kTile, W.rows - unit);
      const auto activations = scratch.view().block(0, count, 0, units);
      blas::gemm<T>(blas::Op::kNone, blas::Op::kTranspose, 1, X.rowBlock(first, count),
                    W.rowBlock(unit, units), 0, activations);
      for (Index i = 0; i < count; ++i) {
        std::uint64_t* const words = gates.row(first + i) + unit / 64;
        std::fill(words, words + GateBits::wordsFor(units), 0);
        for (Index r = 0; r < units; ++r) {
          words[r / 64] |= std::uint64_t{activations(i, r) > 0} << (r % 64);
        }
      }
    }
    control.advance(static_cast<double>(count));
  });
  return gates;
}

template GateBits packGates(ConstMatrixView<double>, ConstMatrixView<double>, Control&);
template GateBits packGates(ConstMatrixView<float>, ConstMatrixView<float>, Control&);

}  // namespace ntkit
