// The kernels of training and attacks on every instruction set that runs here, or is emulated,
// against plain loops.
#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "check.hpp"
#include "network_sets.hpp"

namespace ntkit {
namespace {

using test::kScalars, test::networkSets, test::NetworkSet;

template <class T>
std::vector<T> gaussians(Index count, std::uint64_t stream) {
  std::mt19937_64 bits(stream);
  std::normal_distribution<double> draw;
  std::vector<T> values(static_cast<std::size_t>(count));
  for (T& value : values) value = static_cast<T>(draw(bits));
  return values;
}

template <class T>
bool sameBits(const std::vector<T>& a, const std::vector<T>& b) {
  return std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

// One element of a product, each operation rounded as the set does.
template <class T>
T element(bool fuses, const T* a, const T* panel, Index stride, Index depth, T begin) {
  volatile T sum = begin;
  for (Index k = 0; k < depth; ++k) {
    if (fuses) {
      sum = std::fma(a[k], panel[k * stride], static_cast<T>(sum));
    } else {
      volatile T product = a[k] * panel[k * stride];
      sum = product + sum;
    }
  }
  return sum;
}

template <class T>
T finished(PanelEnd end, T sum, T before) {
  if (end == PanelEnd::kRelu || end == PanelEnd::kAddRelu) return sum < 0 ? T{0} : sum;
  if (end == PanelEnd::kGate) return before > 0 ? sum : T{0};
  return sum;
}

template <class T>
void checkProducts(const NetworkSet& set) {
  const NetworkKernels<T>& kernels = set.kernels<T>();
  const Index lanes = kernels.lanes, stride = lanes + 64 / static_cast<Index>(sizeof(T));
  CHECK(lanes <= kMaxLanes<T>);
  for (const PanelEnd end :
       {PanelEnd::kStore, PanelEnd::kAdd, PanelEnd::kRelu, PanelEnd::kAddRelu, PanelEnd::kGate}) {
    for (const Index depth : {1, 2, 37}) {
      for (Index rows = 1; rows <= 27; ++rows) {
        const Index aStride = depth + 3, cStride = lanes + 1;
        const auto a = gaussians<T>(rows * aStride, 1), panel = gaussians<T>(depth * stride, 2);
        auto actual = gaussians<T>(rows * cStride, 4), expected = actual;
        kernels.multiply(
            {a.data(), aStride, rows, panel.data(), stride, depth, end, actual.data(), cStride});
        const bool adds = end == PanelEnd::kAdd || end == PanelEnd::kAddRelu;
        for (Index i = 0; i < rows; ++i) {
          for (Index j = 0; j < lanes; ++j) {
            T& c = expected[static_cast<std::size_t>(i * cStride + j)];
            const T sum = element(set.fuses, a.data() + i * aStride, panel.data() + j, stride,
                                  depth, adds ? c : T{0});
            c = finished(end, sum, c);
          }
        }
        CHECK_EQUAL(sameBits(actual, expected) ? "the same bits" : set.name,
                    std::string("the same bits"));
      }
    }
  }
}

TEST(panelProductsHaveTheBitsOfTheLoops) {
  for (const NetworkSet& set : networkSets()) {
    checkProducts<float>(set);
    checkProducts<double>(set);
  }
}

TEST(reluOfPanelProductsKeepsNaN) {
  for (const NetworkSet& set : networkSets()) {
    const NetworkKernels<double>& kernels = set.kernels<double>();
    const double a = std::nan("");
    std::vector<double> panel(static_cast<std::size_t>(kernels.lanes), 1.0), c = panel;
    kernels.multiply(
        {&a, 1, 1, panel.data(), kernels.lanes, 1, PanelEnd::kRelu, c.data(), kernels.lanes});
    CHECK(std::isnan(c[0]));
  }
}

template <class T>
void checkUpdates(const NetworkSet& set, bool adam, bool fromStart) {
  const UpdateScalars<T>& s = kScalars<T>;
  for (const Index count : {Index{1}, Index{7}, Index{8}, Index{16}, Index{33}, Index{1000}}) {
    const auto gradient = gaussians<T>(count, 0), start = gaussians<T>(count, 5);
    auto weight = gaussians<T>(count, 1), first = gaussians<T>(count, 2);
    auto second = gaussians<T>(count, 3);
    for (T& value : second) value *= value;
    auto expected = weight, expectedFirst = first, expectedSecond = second;
    const NetworkKernels<T>& kernels = set.kernels<T>();
    (adam ? kernels.adam : kernels.sgd)(
        s, {gradient.data(), weight.data(), first.data(), second.data(),
            fromStart ? start.data() : nullptr, count});
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      // volatile: each operation is rounded on its own, whatever the compiler would fuse.
      volatile T pull = fromStart ? expected[i] - start[i] : expected[i];
      volatile T decayed = s.coupled * pull, shrunk = s.shrink * pull;
      volatile T g = gradient[i] + decayed;
      volatile T left = expected[i] - shrunk;
      volatile T shift = s.rate * g;
      if (adam) {
        volatile T oldFirst = s.beta1 * expectedFirst[i], newFirst = s.rest1 * g;
        volatile T square = g * g;
        volatile T oldSecond = s.beta2 * expectedSecond[i], newSecond = s.rest2 * square;
        expectedFirst[i] = oldFirst + newFirst;
        expectedSecond[i] = oldSecond + newSecond;
        volatile T root = std::sqrt(expectedSecond[i]);
        volatile T corrected = root * s.correction;
        volatile T step = s.rate * expectedFirst[i];
        volatile T divisor = corrected + s.epsilon;
        shift = step / divisor;
      }
      expected[i] = left - shift;
    }
    const bool same = sameBits(weight, expected) && sameBits(first, expectedFirst) &&
                      sameBits(second, expectedSecond);
    CHECK_EQUAL(same ? "the same bits" : set.name, std::string("the same bits"));
  }
}

TEST(updatesHaveTheSameBitsOnEveryInstructionSet) {
  for (const NetworkSet& set : networkSets()) {
    for (const bool adam : {false, true}) {
      for (const bool fromStart : {false, true}) {
        checkUpdates<float>(set, adam, fromStart);
        checkUpdates<double>(set, adam, fromStart);
      }
    }
  }
}

}  // namespace
}  // namespace ntkit
