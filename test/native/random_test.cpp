#include "random.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "check.hpp"
#include "philox.hpp"

namespace ntkit {
namespace {

// The known answers published with Random123: zeros, ones, and the digits of pi.
TEST(philoxHasThePublishedWords) {
  const Philox zeros{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
  const Philox ones{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
  const Philox pi{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == zeros);
  CHECK(philox({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}) == ones);
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) == pi);
}

TEST(wordsAreTheHalvesOfBlocksInOrder) {
  // The key is the seed, the counter the block and the stream, lower words first.
  const RandomStream stream{0x299f31d0a4093822, 0x0370734413198a2e};
  for (const std::uint64_t block :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{0x105a308d3243f6a8}}) {
    const Philox words = philox({static_cast<std::uint32_t>(block),
                                 static_cast<std::uint32_t>(block >> 32), 0x13198a2e, 0x03707344},
                                {0xa4093822, 0x299f31d0});
    CHECK_EQUAL(randomWord(stream, 2 * block), std::uint64_t{words[1]} << 32 | words[0]);
    CHECK_EQUAL(randomWord(stream, 2 * block + 1), std::uint64_t{words[3]} << 32 | words[2]);
  }
}

TEST(uniformsAreTheUpper52Bits) {
  const RandomStream stream{12345, 678};
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const double expected = std::ldexp(static_cast<double>(randomWord(stream, i) >> 12) + 0.5, -52);
    CHECK_EQUAL(randomUniform(stream, i), expected);
  }
}

// Quantiles of the normal distribution at the doubles nearest to p, to 17 digits.
TEST(quantilesHaveSixteenDigits) {
  constexpr struct {
    double p, x;
  } kQuantiles[] = {
      {0.4, -0.25334710313579974},       {0.25, -0.67448975019608174},
      {0.1, -1.2815515655446004},        {0.0750000001, -1.4395314702320188},
      {0.075, -1.4395314709384559},      {0.05, -1.6448536269514727},
      {0.025, -1.9599639845400542},      {0.01, -2.3263478740408411},
      {0.005, -2.5758293035489008},      {1e-3, -3.0902323061678135},
      {1e-4, -3.7190164854556806},       {1e-6, -4.753424308822899},
      {1e-10, -6.3613409024040562},      {1.5e-11, -6.6465708874771129},
      {1.3e-11, -6.6676114565107408},    {1e-15, -7.9413453261709968},
      {1e-20, -9.2623400897984076},      {1e-50, -14.933337534788489},
      {1e-100, -21.273453560965324},     {1e-300, -37.047096299361199},
      {1 - 0x1p-2, 0.67448975019608174}, {1 - 0x1p-3, 1.1503493803760082},
      {1 - 0x1p-10, 3.0972690781987845}, {1 - 0x1p-20, 4.763001034267814},
      {1 - 0x1p-40, 7.0477002566644087}, {1 - 0x1p-53, 8.2095361516013869},
  };
  for (const auto& [p, x] : kQuantiles) {
    const double ratio = normalQuantile(p) / x;
    if (!(std::fabs(ratio - 1) < 1e-15)) CHECK_EQUAL(normalQuantile(p), x);
  }
  CHECK_EQUAL(normalQuantile(0.5), 0.0);
}

TEST(quantilesAreMonotoneAcrossTheBranches) {
  for (const double border : {0.075, 0.925, std::exp(-25.0), 1 - std::exp(-25.0)}) {
    double p = border;
    for (int i = 0; i < 50; ++i) p = std::nextafter(p, 0);
    double before = normalQuantile(p);
    for (int i = 0; i < 100; ++i) {
      p = std::nextafter(p, 1);
      const double now = normalQuantile(p);
      // Neighbouring p may round either way, by an ulp or two of the result.
      CHECK(now - before > -1e-15 * std::fabs(now));
      before = now;
    }
  }
}

TEST(gaussiansStartAnywhere) {
  const RandomStream stream{1, 2};
  std::vector<double> whole(101);
  fillGaussian(stream, 0, 0.5, whole.data(), 101);
  for (const std::uint64_t first : {0u, 1u, 50u}) {
    std::vector<double> part(51);
    fillGaussian(stream, first, 0.5, part.data(), 51);
    CHECK(std::equal(part.begin(), part.end(), whole.begin() + static_cast<Index>(first)));
  }
  std::vector<float> single(101);
  fillGaussian(stream, 0, 0.5, single.data(), 101);
  for (std::size_t i = 0; i < 101; ++i) CHECK_EQUAL(single[i], static_cast<float>(whole[i]));
}

__extension__ using Word128 = unsigned __int128;

TEST(permutationsAreFisherYatesOverTheirWords) {
  const RandomStream stream{3, 4};
  for (const Index count : {Index{1}, Index{2}, Index{37}}) {
    for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{1000}}) {
      std::vector<std::int32_t> expected(static_cast<std::size_t>(count));
      for (Index i = 0; i < count; ++i) expected[static_cast<std::size_t>(i)] = static_cast<int>(i);
      for (Index i = count - 1; i > 0; --i) {
        const std::uint64_t word = randomWord(stream, first + static_cast<std::uint64_t>(i));
        const auto j = static_cast<std::size_t>(Word128{word} * static_cast<Word128>(i + 1) >> 64);
        std::swap(expected[static_cast<std::size_t>(i)], expected[j]);
      }
      std::vector<std::int32_t> order(static_cast<std::size_t>(count));
      fillPermutation(stream, first, order.data(), count);
      CHECK(order == expected);
    }
  }
}

}  // namespace
}  // namespace ntkit
