#include "network.hpp"

#include <cmath>

#include "local_product.hpp"
#include "parallel.hpp"
#include "rows.hpp"
#include "strip_panel.hpp"

namespace ntkit {
namespace {

// Points and units whose products a task holds at a time.
constexpr Index kPointBlock = 128, kUnitBlock = 512;

}  // namespace

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
  const Index width = network.width(), outputs = network.outputs();
  const T scale = static_cast<T>(1 / std::sqrt(static_cast<double>(width)));
  OwnedMatrix<T> signs(outputs, width);
  transpose(network.signs.data, network.signs.stride, width, outputs, signs.view().data, width);
  parallelBlocks(control, X.rows, kPointBlock, [&](Index first, Index points) {
    // A column a point: the weights, which are most, are read where they lie.
    OwnedMatrix<T> hidden(std::min(kUnitBlock, width), points), sums(outputs, points);
    sums.elements().fill(0);
    for (Index unit = 0; unit < width; unit += kUnitBlock) {
      control.checkpoint();
      const Index units = std::min(kUnitBlock, width - unit);
      const auto gated = hidden.view().rowBlock(0, units);
      multiplyHere<T>(network.weights.rowBlock(unit, units), Op::kTranspose,
                      X.rowBlock(first, points), Into::kStore, gated);
      rectify(gated.data, units * points);
      multiplyHere<T>(signs.view().block(0, outputs, unit, units), Op::kNone, gated, Into::kAdd,
                      sums.view());
    }
    for (Index i = 0; i < points; ++i) {
      for (Index k = 0; k < outputs; ++k) F(first + i, k) = scale * sums.view()(k, i);
    }
  });
}

template <class T>
Index predictBytes(Index width, Index outputs) {
  const Index perThread = kPointBlock * (std::min(kUnitBlock, width) + outputs);
  return (width * outputs + threads() * perThread) * static_cast<Index>(sizeof(T));
}

template Index predictBytes<double>(Index, Index);
template Index predictBytes<float>(Index, Index);
template void initializeNetwork(std::uint64_t, double, MatrixView<double>, MatrixView<double>,
                                Control&);
template void initializeNetwork(std::uint64_t, double, MatrixView<float>, MatrixView<float>,
                                Control&);
template void predict(const Network<double>&, ConstMatrixView<double>, MatrixView<double>,
                      Control&);
template void predict(const Network<float>&, ConstMatrixView<float>, MatrixView<float>, Control&);

}  // namespace ntkit
