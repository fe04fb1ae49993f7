#include "network.hpp"

#include <cmath>

#include "blas.hpp"
#include "parallel.hpp"
#include "rows.hpp"

namespace ntkit {

using blas::Op;

template <class T>
void initializeNetwork(std::uint64_t seed, double scale, MatrixView<T> weights, MatrixView<T> signs,
                       Control& control) {
  constexpr Index kDraws = 1 << 16;
  const Index count = weights.rows * weights.cols;
  control.expect(static_cast<double>(count));
  parallelBlocks(control, count, kDraws, [&](Index first, Index draws) {
    fillGaussian(streamOf(seed, Draw::kWeights), static_cast<std::uint64_t>(first), scale,
                 weights.data + first, draws);
    control.advance(static_cast<double>(draws));
  });
  const RandomStream stream = streamOf(seed, Draw::kSigns);
  parallelBlocks(control, signs.rows * signs.cols, kDraws, [&](Index first, Index draws) {
    for (Index i = first; i < first + draws; ++i) {
      const bool positive = randomWord(stream, static_cast<std::uint64_t>(i)) >> 63 != 0;
      signs.data[i] = positive ? T{1} : T{-1};
    }
  });
}

template <class T>
void predict(const Network<T>& network, ConstMatrixView<T> X, MatrixView<T> F, Control& control) {
  constexpr Index kRowBlock = 128;
  const T scale = static_cast<T>(1 / std::sqrt(static_cast<double>(network.width())));
  parallelBlocks(control, X.rows, kRowBlock, [&](Index first, Index count) {
    OwnedMatrix<T> hidden(count, network.width());
    blas::gemm<T>(Op::kNone, Op::kTranspose, 1, X.rowBlock(first, count), network.weights, 0,
                  hidden.view());
    rectify(hidden.elements().data(), hidden.elements().size());
    blas::gemm<T>(Op::kNone, Op::kNone, scale, hidden.view(), network.signs, 0,
                  F.rowBlock(first, count));
  });
}

template void initializeNetwork(std::uint64_t, double, MatrixView<double>, MatrixView<double>,
                                Control&);
template void initializeNetwork(std::uint64_t, double, MatrixView<float>, MatrixView<float>,
                                Control&);
template void predict(const Network<double>&, ConstMatrixView<double>, MatrixView<double>,
                      Control&);
template void predict(const Network<float>&, ConstMatrixView<float>, MatrixView<float>, Control&);

}  // namespace ntkit
