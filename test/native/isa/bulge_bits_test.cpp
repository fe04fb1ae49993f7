// The bits of steps of bulge chasing. A change that moves them moves results: it raises
// NUMERICS_REVISION (src/experiments/cell-key.ts).
#include <map>

#include "bulge_sets.hpp"
#include "check.hpp"

namespace ntkit {
namespace {

template <Index kBand>
std::uint64_t stepHash(const BulgeKernels& kernels) {
  test::BulgeBlock<kBand> block;
  block.chase(kernels);
  const std::vector<double> next(block.next.v, block.next.v + kBand);
  return test::hashOf(next, test::hashOf(block.rows));
}

TEST(stepsOfBulgeChasingHaveTheBitsThatAreWrittenDown) {
  const std::map<std::string, std::vector<std::uint64_t>> known{
      {"portable", {0x698684ce01d4a317, 0x178ce1af4121c18d}},
      {"avx2", {0x09349854d1b11c79, 0x04932095fe8d9858}},
      {"avx512", {0x5e0f41c623874869, 0x10dce985bfe07b36}},
      {"neon", {0xd48dd0ac89efeab0, 0x053abc84a3a84eaf}},
  };
  for (const auto& [name, kernels] : test::bulgeSets()) {
    const std::vector hashes{stepHash<kNarrowBand>(*kernels), stepHash<kWideBand>(*kernels)};
    CHECK_EQUAL(test::written(name, hashes), test::written(name, known.at(name)));
  }
}

}  // namespace
}  // namespace ntkit
