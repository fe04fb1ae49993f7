#include "projections.hpp"

#include <cmath>

#include "parallel.hpp"
#include "random.hpp"

namespace ntkit {
namespace {

constexpr Index kRowBlock = 64;

template <class T>
OwnedMatrix<T> draw(RandomStream stream, Index layer, Index d, Control& control) {
  OwnedMatrix<T> weights(d, d);
  const double scale = 1 / std::sqrt(static_cast<double>(d));
  parallelBlocks(control, d, kRowBlock, [&](Index first, Index count) {
    const auto index = static_cast<std::uint64_t>((layer * d + first) * d);
    fillGaussian(stream, index, scale, weights.view().row(first), count * d);
  });
  return weights;
}

}  // namespace

template <class T>
Projections<T> drawProjections(std::uint64_t seed, Index layer, Index d, Control& control) {
  return {draw<T>(streamOf(seed, Draw::kQueryProjection), layer, d, control),
          draw<T>(streamOf(seed, Draw::kKeyProjection), layer, d, control),
          draw<T>(streamOf(seed, Draw::kValueProjection), layer, d, control)};
}

template Projections<double> drawProjections(std::uint64_t, Index, Index, Control&);
template Projections<float> drawProjections(std::uint64_t, Index, Index, Control&);

}  // namespace ntkit
