// The bits of the kernels of training and attacks. A change that moves them moves results: it
// raises NUMERICS_REVISION (src/experiments/cell-key.ts).
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "bits.hpp"
#include "check.hpp"
#include "network_sets.hpp"

namespace ntkit {
namespace {

using test::drawn, test::hashOf, test::kScalars, test::networkSets, test::NetworkSet, test::written;

// Of every end of a product, in the order of PanelEnd.
using ProductHashes = std::array<std::uint64_t, 5>;
// Of SGD towards zero, SGD towards a start, Adam towards zero, Adam towards a start.
using UpdateHashes = std::array<std::uint64_t, 4>;

// The columns are whole panels of every set.
template <class T>
std::uint64_t productHash(const NetworkKernels<T>& kernels, PanelEnd end) {
  constexpr Index kRows = 27, kDepth = 37, kCols = kMaxLanes<T>;
  const auto a = drawn<T>(kRows * kDepth, 1), b = drawn<T>(kDepth * kCols, 2);
  auto c = drawn<T>(kRows * kCols, 3);
  for (Index col = 0; col < kCols; col += kernels.lanes) {
    kernels.multiply(
        {a.data(), kDepth, kRows, b.data() + col, kCols, kDepth, end, c.data() + col, kCols});
  }
  return hashOf(c);
}

template <class T>
ProductHashes productHashes(const NetworkKernels<T>& kernels) {
  return {productHash(kernels, PanelEnd::kStore), productHash(kernels, PanelEnd::kAdd),
          productHash(kernels, PanelEnd::kRelu), productHash(kernels, PanelEnd::kAddRelu),
          productHash(kernels, PanelEnd::kGate)};
}

template <class T>
void checkProducts(const ProductHashes& unfused, const ProductHashes& fused) {
  for (const NetworkSet& set : networkSets()) {
    CHECK_EQUAL(written(set.name, productHashes(set.kernels<T>())),
                written(set.name, set.fuses ? fused : unfused));
  }
}

TEST(panelProductsHaveTheBitsThatAreWrittenDown) {
  checkProducts<double>({0x2302404bef60b7e9, 0x57d5d80c0f3feccc, 0x143942816204ac9a,
                         0xdf6e6c2861fc2529, 0xed4906c64a4dcb50},
                        {0x4a3bef06ea1634cb, 0xb94bc4d4078df695, 0x75bbae29ab761e2b,
                         0x3c2ba911c508c8f8, 0xb7c7d159d8cbb353});
  checkProducts<float>({0xae5bfa985f4317d2, 0xe7e36aa60ab3358b, 0xd789de4f96071292,
                        0xe89c2d93d69b970f, 0x589e48233347f6fa},
                       {0x9ae26cc5f956ef21, 0xe8a8ba4bf21f984a, 0xc31df89e4fdea5c0,
                        0xc0e9baf59e9c9d19, 0xc8a22db479c4096b});
}

template <class T>
std::uint64_t updateHash(decltype(NetworkKernels<T>::adam) update, bool fromStart) {
  constexpr Index kCount = 1003;
  const auto gradient = drawn<T>(kCount, 4), start = drawn<T>(kCount, 5);
  auto weight = drawn<T>(kCount, 6), first = drawn<T>(kCount, 7), second = drawn<T>(kCount, 8);
  for (T& value : second) value *= value;
  update(kScalars<T>, {gradient.data(), weight.data(), first.data(), second.data(),
                       fromStart ? start.data() : nullptr, kCount});
  return hashOf(second, hashOf(first, hashOf(weight)));
}

// No operation of an update is fused: one line for every set.
template <class T>
void checkUpdates(const UpdateHashes& golden) {
  for (const NetworkSet& set : networkSets()) {
    const NetworkKernels<T>& kernels = set.kernels<T>();
    const UpdateHashes hashes{updateHash<T>(kernels.sgd, false), updateHash<T>(kernels.sgd, true),
                              updateHash<T>(kernels.adam, false),
                              updateHash<T>(kernels.adam, true)};
    CHECK_EQUAL(written(set.name, hashes), written(set.name, golden));
  }
}

TEST(updatesHaveTheBitsThatAreWrittenDown) {
  checkUpdates<double>(
      {0x5cc2e4cceec2abdc, 0x4f5293115211a97d, 0xe4d85c637af0481a, 0xc567d9f45baab152});
  checkUpdates<float>(
      {0x3e4a86d6988553b2, 0xc7bede21bbb00d69, 0x9d164d2de7235472, 0x2197b8c0453c4759});
}

}  // namespace
}  // namespace ntkit
