// The bits of softmax, one line for every set: its own exponential is made of correctly rounded
// operations, none of which is fused, and its sums go by fixed lanes. A change that moves them
// moves results: it raises NUMERICS_REVISION (src/experiments/cell-key.ts).
#include <cstdint>
#include <string>
#include <vector>

#include "bits.hpp"
#include "check.hpp"
#include "kernels/softmax.hpp"
#include "x86_sets.hpp"

namespace ntkit {
namespace {

using test::drawn, test::hashOf, test::written;

template <class T>
struct SoftmaxSet {
  std::string name;
  SoftmaxUpdate<T> update;
};

// The compiler makes the instructions of these units: they are never emulated.
template <class T>
std::vector<SoftmaxSet<T>> softmaxSets() {
  std::vector<SoftmaxSet<T>> sets{{"portable", softmaxPortable}};
#if defined(__x86_64__)
  if (test::cpuHasAvx2()) sets.push_back({"avx2", softmaxAvx2});
  if (test::cpuHasAvx512()) sets.push_back({"avx512", softmaxAvx512});
#endif
  return sets;
}

// A row in parts of every remainder's kind; the scores of one reach down to exponentials of zero.
template <class T>
std::uint64_t rowHash(SoftmaxUpdate<T> update) {
  struct Part {
    Index count;
    T scale;
  };
  const Part parts[] = {{1, 1}, {200, 4}, {37, Exponential<T>::kLeast}, {64, 8}, {15, 1000}};
  SoftmaxRow<T> row;
  std::uint64_t hash = hashOf(std::vector<T>{});
  for (const Part& part : parts) {
    std::vector<T> scores = drawn<T>(part.count, static_cast<std::uint64_t>(part.count));
    for (T& score : scores) score *= part.scale;
    const T factor = update(scores.data(), part.count, row);
    scores.push_back(factor);
    scores.push_back(row.largest);
    hash = hashOf(std::vector<double>{row.sum}, hashOf(scores, hash));
  }
  return hash;
}

template <class T>
void checkRows(std::uint64_t golden) {
  for (const auto& [name, update] : softmaxSets<T>()) {
    CHECK_EQUAL(written(name, std::vector{rowHash<T>(update)}), written(name, std::vector{golden}));
  }
}

TEST(softmaxHasTheBitsThatAreWrittenDown) {
  checkRows<double>(0x9cf860ed8a241173);
  checkRows<float>(0x0928876a4b7e91f1);
}

}  // namespace
}  // namespace ntkit
