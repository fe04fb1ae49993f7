// The bits of the kernels of Gram matrices, an instruction set a line. Those of the other units are
// compared with plain loops in the units' own tests.
#include <array>
#include <cstdint>
#include <cstring>
#include <string>

#include "check.hpp"
#include "gram_sets.hpp"

namespace ntkit {
namespace {

using test::at, test::GramTile, test::packed, test::scattered, test::setsThatRun;

// FNV-1a of 64 bits.
template <class T>
std::uint64_t hashOf(const std::vector<T>& values) {
  std::uint64_t hash = 0xcbf29ce484222325;
  std::vector<unsigned char> bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  for (const unsigned char byte : bytes) hash = (hash ^ byte) * 0x100000001b3;
  return hash;
}

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

// Hashes of mapped tiles: of the first layer, of both, of a deep kernel.
using Hashes = std::array<std::uint64_t, 3>;

template <class T>
Hashes mapHashes(const GramKernels<T>& kernels) {
  constexpr ProductMap kMaps[] = {ProductMap::kFirstLayer, ProductMap::kBothLayers,
                                  ProductMap::kDeep};
  Hashes hashes;
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    GramTile<T> fixture(kProductTile, kProductTile, T{0});
    fixture.setUnitRows();
    fixture.products = scattered<T>(kProductTile * kProductTile, 0.31);
    for (T& product : fixture.products) product *= T(0.99);
    MapTile<T> tile = fixture.tile(kMaps[i]);
    tile.depth = kMaps[i] == ProductMap::kDeep ? 4 : 0;
    kernels.map(tile);
    hashes[i] = hashOf(fixture.out);
  }
  return hashes;
}

// A change that moves these bits moves results: it raises NUMERICS_REVISION
// (src/experiments/cell-key.ts).
template <class T>
void checkMaps(const Hashes& unfused, const Hashes& fused) {
  for (const auto& [name, kernels] : setsThatRun<T>()) {
    const Hashes hashes = mapHashes(*kernels), &golden = name == "portable" ? unfused : fused;
    for (std::size_t i = 0; i < hashes.size(); ++i) {
      CHECK_EQUAL(name + " " + std::to_string(hashes[i]), name + " " + std::to_string(golden[i]));
    }
  }
}

TEST(mapsHaveTheBitsThatAreWrittenDown) {
  checkMaps<double>({0x999fc12bcc0d577f, 0x7b58858c7040b587, 0x52cb1e9efb999d4f},
                    {0x158ad24d1c00bb93, 0x1bb4ea4cc223a99a, 0x361a214ed042bbf7});
  checkMaps<float>({0x5b7bb6027d8c4ada, 0xbc9e370ad40ba256, 0x4f0c6aaf9b2f7f76},
                   {0x9f0d579b5111f9f3, 0xbe3a7a4219725f95, 0x826a63f7f93686f4});
}

}  // namespace
}  // namespace ntkit
