// The bits of products with a symmetric matrix, one line for every set: four lanes everywhere, and
// no fused operations. A change that moves them moves results: it raises NUMERICS_REVISION
// (src/experiments/cell-key.ts).
#include <cstdint>
#include <string>
#include <vector>

#include "bits.hpp"
#include "check.hpp"
#include "kernels/symmetric_rows.hpp"
#include "x86_sets.hpp"

namespace ntkit {
namespace {

using test::drawn, test::hashOf, test::written;

struct RowsSet {
  std::string name;
  SymmetricRows multiply;
};

// The compiler makes the instructions of these units: they are never emulated.
std::vector<RowsSet> rowsSets() {
  std::vector<RowsSet> sets{{"portable", symmetricRowsPortable}};
#if defined(__x86_64__)
  if (test::cpuHasAvx2()) sets.push_back({"avx2", symmetricRowsAvx2});
#endif
  return sets;
}

// Two ranges of rows, the second of which ends within six; what y held is gone.
std::vector<std::uint64_t> productHashes(SymmetricRows multiply) {
  constexpr Index kSize = 41, kStride = kSize + 3, kFirst = 2 * kSymmetricRows;
  const auto A = drawn<double>(kSize * kStride, 1), x = drawn<double>(kSize, 2);
  auto above = drawn<double>(kFirst, 3), below = drawn<double>(kSize, 3);
  multiply(A.data(), kStride, 0, kFirst, x.data(), above.data());
  multiply(A.data(), kStride, kFirst, kSize, x.data(), below.data());
  return {hashOf(above), hashOf(below)};
}

TEST(productsWithSymmetricRowsHaveTheBitsThatAreWrittenDown) {
  const std::vector<std::uint64_t> golden{0xacd255bf5909a3fb, 0x41cef45612e08798};
  for (const auto& [name, multiply] : rowsSets()) {
    CHECK_EQUAL(written(name, productHashes(multiply)), written(name, golden));
  }
}

}  // namespace
}  // namespace ntkit
