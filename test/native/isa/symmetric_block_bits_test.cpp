// The bits of products of a symmetric matrix with eight vectors. A change that moves them moves
// results: it raises NUMERICS_REVISION (src/experiments/cell-key.ts).
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "bits.hpp"
#include "check.hpp"
#include "kernels/symmetric_block.hpp"
#include "x86_sets.hpp"

namespace ntkit {
namespace {

using test::drawn, test::hashOf, test::written;

struct BlockSet {
  std::string name;
  SymmetricBlock multiply;
};

std::vector<BlockSet> blockSets() {
  std::vector<BlockSet> sets{{"portable", symmetricBlockPortable}};
#if defined(__x86_64__)
  if (test::runsAvx2()) sets.push_back({"avx2", symmetricBlockAvx2});
  if (test::runsAvx512()) sets.push_back({"avx512", symmetricBlockAvx512});
#endif
  return sets;
}

// Blocks below, on and above the diagonal, the last of which end within four rows.
std::uint64_t productHash(SymmetricBlock multiply, Triangle triangle) {
  constexpr Index kSize = 43, kStride = kSize + 3, kBlock = 16;
  const auto A = drawn<double>(kSize * kStride, 1), X = drawn<double>(kSize * kBlockVectors, 2);
  auto Y = drawn<double>(kSize * kBlockVectors, 3);
  for (Index row = 0; row < kSize; row += kBlock) {
    for (Index col = 0; col < kSize; col += kBlock) {
      multiply(A.data(), kStride,
               {row, std::min(row + kBlock, kSize), col, std::min(col + kBlock, kSize), triangle},
               X.data(), Y.data());
    }
  }
  return hashOf(Y);
}

TEST(productsWithSymmetricBlocksHaveTheBitsThatAreWrittenDown) {
  const std::vector<std::uint64_t> unfused{0xb822a04b3fd62ceb, 0x4b36b4d18724732f},
      fused{0x319ec82fd39dea52, 0xffc3a3018b1dbbfe};
  for (const auto& [name, multiply] : blockSets()) {
    const std::vector hashes{productHash(multiply, Triangle::kLower),
                             productHash(multiply, Triangle::kStrictUpper)};
    CHECK_EQUAL(written(name, hashes), written(name, name == "portable" ? unfused : fused));
  }
}

}  // namespace
}  // namespace ntkit
