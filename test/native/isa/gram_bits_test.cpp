// The bits of the kernels of Gram matrices. A change that moves those that are written down moves
// results: it raises NUMERICS_REVISION (src/experiments/cell-key.ts).
#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "bits.hpp"
#include "check.hpp"
#include "gram_sets.hpp"

namespace ntkit {
namespace {

using test::at, test::drawn, test::GramTile, test::hashOf, test::packed, test::scattered,
    test::setsThatRun, test::written;

// Sums in the order of k, fused on every set but the portable one.
template <class T>
void checkProducts() {
  constexpr Index kRows = 95, kCols = 96, kDepth = 37;
  const std::vector<T> Z = scattered<T>(kRows * kDepth, 0.123);
  const std::vector<T> X = scattered<T>(kCols * kDepth, 0.456);
  for (const auto& [name, kernels] : setsThatRun<T>()) {
    const std::vector<T> a = packed(*kernels, Z, kRows, kDepth);
    const std::vector<T> b = packed(*kernels, X, kCols, kDepth);
    std::vector<T> products(kProductTile * kProductTile);
    kernels->multiply({a.data(), b.data(), kDepth, kRows, kCols, false, false, products.data()});
    Index different = 0;
    for (Index i = 0; i < kRows; ++i) {
      for (Index j = 0; j < kCols; ++j) {
        T sum = 0;
        for (Index k = 0; k < kDepth; ++k) {
          const T z = Z[static_cast<std::size_t>(i * kDepth + k)];
          const T x = X[static_cast<std::size_t>(j * kDepth + k)];
          // volatile: the product is rounded, whatever the compiler would fuse.
          const volatile T product = z * x;
          sum = name == "portable" ? sum + product : std::fma(z, x, sum);
        }
        different += *at(products, i * kProductTile + j) != sum;
      }
    }
    CHECK_EQUAL(name + " " + std::to_string(different), name + " 0");
  }
}

TEST(productsOfPackedRowsHaveTheBitsOfTheLoops) {
  checkProducts<double>();
  checkProducts<float>();
}

template <class T>
std::uint64_t mapHash(const GramKernels<T>& kernels, ProductMap map, bool centred) {
  GramTile<T> fixture(kProductTile, kProductTile, T{0});
  fixture.setUnitRows();
  fixture.products = scattered<T>(kProductTile * kProductTile, 0.31);
  for (T& product : fixture.products) product *= T(0.99);
  MapTile<T> tile = fixture.tile(map);
  tile.depth = map == ProductMap::kDeep ? 4 : 0;
  if (centred) {
    fixture.setHalves(T(0.5));
    tile.rowHalf = fixture.rowHalf.data();
    tile.colHalf = fixture.colHalf.data();
  }
  kernels.map(tile);
  return hashOf(fixture.out);
}

// Of tiles that are copied, mapped by the first layer, by both, and by a deep kernel; then of
// centred products mapped by these three.
using MapHashes = std::array<std::uint64_t, 7>;

template <class T>
MapHashes mapHashes(const GramKernels<T>& kernels) {
  return {mapHash(kernels, ProductMap::kCopy, false),
          mapHash(kernels, ProductMap::kFirstLayer, false),
          mapHash(kernels, ProductMap::kBothLayers, false),
          mapHash(kernels, ProductMap::kDeep, false),
          mapHash(kernels, ProductMap::kFirstLayer, true),
          mapHash(kernels, ProductMap::kBothLayers, true),
          mapHash(kernels, ProductMap::kDeep, true)};
}

template <class T>
void checkMaps(const MapHashes& unfused, const MapHashes& fused) {
  for (const auto& [name, kernels] : setsThatRun<T>()) {
    CHECK_EQUAL(written(name, mapHashes(*kernels)),
                written(name, name == "portable" ? unfused : fused));
  }
}

TEST(mapsHaveTheBitsThatAreWrittenDown) {
  checkMaps<double>({0x7cc38300ff484f6a, 0x999fc12bcc0d577f, 0x7b58858c7040b587, 0x52cb1e9efb999d4f,
                     0x13fbada8a72f776a, 0xf30093851eda9fa1, 0x36e6198e7866757a},
                    {0x7cc38300ff484f6a, 0x158ad24d1c00bb93, 0x1bb4ea4cc223a99a, 0x361a214ed042bbf7,
                     0x6aecec4f9a960a33, 0xf5933f1d441902a6, 0xb296bb61e1e5b551});
  checkMaps<float>({0xe420dc838b255e6b, 0x5b7bb6027d8c4ada, 0xbc9e370ad40ba256, 0x4f0c6aaf9b2f7f76,
                    0x20e305585e3e4fb8, 0xbedbef6362479936, 0x94e1bb1c7769bd77},
                   {0xe420dc838b255e6b, 0x9f0d579b5111f9f3, 0xbe3a7a4219725f95, 0x826a63f7f93686f4,
                    0x66d8b65853fb4d11, 0x2d637b55cd93aae3, 0x2ad2f267120a2117});
}

// Of squared norms and squared chords.
using LengthHashes = std::array<std::uint64_t, 2>;

template <class T>
LengthHashes lengthHashes(const GramKernels<T>& kernels) {
  std::vector<double> norms, chords;
  for (Index length = 1; length < 200; length += 6) {
    std::vector<T> x = drawn<T>(length, 1);
    const std::vector<T> z = drawn<T>(length, 2);
    // Numbers of many sizes: squares of floats near 1 have sums in double that are exact.
    for (std::size_t k = 0; k < x.size(); ++k) x[k] *= z[k];
    norms.push_back(kernels.squaredNorm(x.data(), length));
    chords.push_back(kernels.squaredChord(x.data(), 0.7, z.data(), -1.3, length));
  }
  return {hashOf(norms), hashOf(chords)};
}

// The order of their sums is that of a set's lanes: a line a set.
template <class T>
void checkLengths(const std::map<std::string, LengthHashes>& golden) {
  for (const auto& [name, kernels] : setsThatRun<T>()) {
    CHECK_EQUAL(written(name, lengthHashes(*kernels)), written(name, golden.at(name)));
  }
}

TEST(lengthsHaveTheBitsThatAreWrittenDown) {
  checkLengths<double>({{"portable", {0xd4ce344eca724bbe, 0x79efe9548579d049}},
                        {"avx2", {0x7bb5a15873ac6e74, 0x81aec561533beee0}},
                        {"avx512", {0x12b192e9d41c2ff3, 0x14034c1646dd31e3}},
                        {"neon", {0x79a7c2c12b34d563, 0x619cf972d2fe8346}}});
  // Portable and NEON have two lanes, and a product of floats is exact in double, fused or not.
  checkLengths<float>({{"portable", {0x42db22984ebed2b6, 0xb103a66e59869084}},
                       {"avx2", {0x386216b0a8a736b0, 0xb9ff682dd90a6d91}},
                       {"avx512", {0x28f2fea188a8c787, 0xa6ce43b6fd7c5700}},
                       {"neon", {0x42db22984ebed2b6, 0x258b1c1ddadcc25f}}});
}

}  // namespace
}  // namespace ntkit
