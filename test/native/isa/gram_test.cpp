// The kernels of Gram matrices of every instruction set that runs here, against plain loops and
// arithmetic of more digits. Needs the kernels' own units alone, so that it can be built for
// machines that are emulated.
#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "check.hpp"
#include "gram_sets.hpp"

namespace ntkit {
namespace {

using test::at, test::kEps, test::packed, test::scattered, test::setsThatRun;
template <class T>
using Fixture = test::GramTile<T>;

// Products of the set that are further from <x, z> than rounding explains, or are not there.
template <class T>
Index wrongProducts(const GramKernels<T>& kernels, Index rows, Index cols, Index depth,
                    bool lower) {
  const std::vector<T> Z = scattered<T>(rows * depth, 0.123), X = scattered<T>(cols * depth, 0.456);
  const std::vector<T> a = packed(kernels, Z, rows, depth), b = packed(kernels, X, cols, depth);
  std::vector<T> products(kProductTile * kProductTile, std::numeric_limits<T>::quiet_NaN());
  for (const bool accumulate : {false, true}) {
    kernels.multiply({a.data(), b.data(), depth, rows, cols, lower, accumulate, products.data()});
  }
  Index wrong = 0;
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < (lower ? std::min(i + 1, cols) : cols); ++j) {
      double sum = 0, size = 0;
      for (Index k = 0; k < depth; ++k) {
        const double term = static_cast<double>(Z[static_cast<std::size_t>(i * depth + k)]) *
                            static_cast<double>(X[static_cast<std::size_t>(j * depth + k)]);
        sum += 2 * term;
        size += 2 * std::fabs(term);
      }
      const double product = *at(products, i * kProductTile + j);
      wrong += !(std::fabs(product - sum) <= static_cast<double>(depth + 2) * kEps<T> * size);
    }
  }
  return wrong;
}

template <class T>
void checkProducts() {
  for (const auto& [name, kernels] : setsThatRun<T>()) {
    for (const Index rows : {Index{1}, Index{7}, Index{48}, Index{95}, kProductTile}) {
      for (const Index cols : {Index{1}, Index{13}, Index{47}, Index{96}, kProductTile}) {
        for (const Index depth : {1, 3, 16, 37}) {
          CHECK_EQUAL(
              name + " " + std::to_string(wrongProducts(*kernels, rows, cols, depth, false)),
              name + " 0");
        }
      }
      CHECK_EQUAL(name + " " + std::to_string(wrongProducts(*kernels, rows, rows, 33, true)),
                  name + " 0");
    }
  }
}

TEST(productsOfPackedRowsAreThoseOfTheLoops) {
  checkProducts<double>();
  checkProducts<float>();
}

// The columns of a matrix are packed as the rows of its transpose.
template <class T>
void checkColumns() {
  for (const auto& [name, kernels] : setsThatRun<T>()) {
    for (const Index count : {1, 4, 15, 16, 33}) {
      constexpr Index kDepth = 11, kStride = 40;
      const std::vector<T> X = scattered<T>(kDepth * kStride, 0.9);
      std::vector<T> transposed(static_cast<std::size_t>(count * kDepth));
      for (Index i = 0; i < count; ++i) {
        for (Index k = 0; k < kDepth; ++k) {
          *at(transposed, i * kDepth + k) = X[static_cast<std::size_t>(k * kStride + i)];
        }
      }
      const std::vector<T> expected = packed(*kernels, transposed, count, kDepth);
      std::vector<T> panels(expected.size(), T{0});
      kernels->packColumns(X.data(), kStride, count, kDepth, panels.data());
      CHECK_EQUAL(panels == expected ? name : name + " differs", name);
    }
  }
}

TEST(columnsArePackedAsRowsOfTheTranspose) {
  checkColumns<double>();
  checkColumns<float>();
}

template <class T>
void checkSquares() {
  for (const auto& [name, kernels] : setsThatRun<T>()) {
    for (const Index length : {1, 3, 8, 31, 32, 33, 100}) {
      const std::vector<T> x = scattered<T>(length, 0.7), z = scattered<T>(length, 0.2);
      long double norm = 0, chord = 0;
      for (std::size_t k = 0; k < x.size(); ++k) {
        const long double gap =
            static_cast<long double>(x[k]) * 0.75L - static_cast<long double>(z[k]) * -1.25L;
        norm += static_cast<long double>(x[k]) * static_cast<long double>(x[k]);
        chord += gap * gap;
      }
      const double n = kernels->squaredNorm(x.data(), length);
      const double c = kernels->squaredChord(x.data(), 0.75, z.data(), -1.25, length);
      CHECK(std::fabs(n - static_cast<double>(norm)) <= 8e-15 * n);
      CHECK(std::fabs(c - static_cast<double>(chord)) <= 8e-15 * c);
    }
  }
}

TEST(squaresAreSumsInDouble) {
  checkSquares<double>();
  checkSquares<float>();
}

template <class T>
void checkFinite() {
  const T infinity = std::numeric_limits<T>::infinity();
  const T largest = std::numeric_limits<T>::max(), tiny = std::numeric_limits<T>::denorm_min();
  for (const auto& [name, kernels] : setsThatRun<T>()) {
    for (const std::size_t length : {0, 1, 7, 32, 64, 67, 131}) {
      std::vector<T> x(length, largest);
      for (std::size_t i = 0; i < length; i += 2) x[i] = -tiny;
      CHECK(kernels->isFinite(x.data(), static_cast<Index>(length)));
      std::size_t missed = 0;
      for (std::size_t i = 0; i < length; ++i) {
        for (const T bad : {infinity, -infinity, std::numeric_limits<T>::quiet_NaN()}) {
          const T before = std::exchange(x[i], bad);
          missed += kernels->isFinite(x.data(), static_cast<Index>(length));
          x[i] = before;
        }
      }
      CHECK_EQUAL(name + " " + std::to_string(missed), name + " 0");
    }
  }
}

TEST(whatIsNotFiniteIsSeenWhereverItStands) {
  checkFinite<double>();
  checkFinite<float>();
}

template <class T>
void checkWriting() {
  for (const auto& [name, kernels] : setsThatRun<T>()) {
    for (const Index rows : {Index{1}, Index{3}, Index{8}, Index{17}, Index{48}, kProductTile}) {
      for (const Index cols : {Index{1}, Index{5}, Index{16}, Index{31}, kProductTile}) {
        Fixture<T> fixture(rows, cols, T{0});
        fixture.products = scattered<T>(kProductTile * kProductTile, 0.31);
        MapTile<T> tile = fixture.tile(ProductMap::kCopy);
        kernels->map(tile);
        Index wrong = 0;
        for (Index i = 0; i < Fixture<T>::kStride; ++i) {
          for (Index j = 0; j < Fixture<T>::kStride; ++j) {
            const bool inside = i < rows && j < cols;
            const T expected = inside ? *at(fixture.products, i * kProductTile + j) : T{-7};
            wrong += *at(fixture.out, i * Fixture<T>::kStride + j) != expected;
            wrong += *at(fixture.mirror, j * Fixture<T>::kStride + i) != expected;
          }
        }
        CHECK_EQUAL(name + " " + std::to_string(wrong), name + " 0");
      }
    }
  }
}

TEST(tilesAndMirrorImagesAreWrittenAndNothingBeside) {
  checkWriting<double>();
  checkWriting<float>();
}

using Long = long double;
constexpr Long kPi = std::numbers::pi_v<Long>;

// The kernel of unit vectors whose cosine is s, of `layers` layers of weights with He scaling.
Long deepKernel(Long s, int layers) {
  Long value = s;
  for (int layer = 1; layer < layers; ++layer) {
    const Long theta = std::acos(s);
    const Long sigma = (std::sqrt((1 - s) * (1 + s)) + s * (kPi - theta)) / kPi;
    value = value * (kPi - theta) / kPi + sigma;
    s = std::min(sigma, Long{1});
  }
  return value;
}

Long firstLayer(Long s) { return s * (s < 0 ? std::acos(-s) : kPi - std::acos(s)) / (2 * kPi); }

// The largest error of the map over cosines from -within to within, in units of eps: relative, or
// in units of |x||z|.
template <class T, class Expected>
double largestError(const GramKernels<T>& kernels, ProductMap map, double within, bool relative,
                    const Expected& expected, Index depth = 2) {
  Fixture<T> fixture(kProductTile, kProductTile, T{0});
  fixture.setUnitRows();
  constexpr Index kCount = kProductTile * kProductTile;
  for (Index i = 0; i < kCount; ++i) {
    const double share = (static_cast<double>(i) + 0.5) / static_cast<double>(kCount);
    *at(fixture.products, i) = static_cast<T>(within * (2 * share - 1));
  }
  MapTile<T> tile = fixture.tile(map);
  tile.depth = depth;
  kernels.map(tile);
  double largest = 0;
  for (Index i = 0; i < kCount; ++i) {
    const Long s = *at(fixture.products, i), exact = expected(s);
    const Long value = *at(fixture.out, i / kProductTile * Fixture<T>::kStride + i % kProductTile);
    const auto error =
        static_cast<double>(std::fabs(value - exact) / (relative ? std::fabs(exact) : 1));
    largest = std::isnan(error) ? error : std::max(largest, error / kEps<T>);
  }
  return largest;
}

// Up to where pairs are handed back: the bounds that arc_cosine_loops.hpp states.
template <class T>
void checkAccuracy() {
  const double within = sizeof(T) == sizeof(double) ? 1 - 5e-6 : 1 - 5e-3;
  for (const auto& [name, kernels] : setsThatRun<T>()) {
    const double first = largestError(*kernels, ProductMap::kFirstLayer, within, true, firstLayer);
    CHECK_EQUAL(first < 4 ? name : name + " " + std::to_string(first), name);
    const double both = largestError(*kernels, ProductMap::kBothLayers, within, false,
                                     [](Long s) { return deepKernel(s, 2) / 2; });
    CHECK_EQUAL(both < 2 ? name : name + " " + std::to_string(both), name);
    for (const int depth : {2, 3, 6}) {
      const double deep = largestError(
          *kernels, ProductMap::kDeep, within, false,
          [depth](Long s) { return deepKernel(s, depth); }, depth);
      CHECK_EQUAL(deep < 2 * depth ? name : name + " " + std::to_string(deep), name);
    }
  }
}

TEST(mapsAreAccurateToTheirStatedBound) {
  checkAccuracy<double>();
  checkAccuracy<float>();
}

// Pairs that are handed back: those nearer to an end than the cosine resolves, and no others.
template <class T>
void checkPairs() {
  const T limit = sizeof(T) == sizeof(double) ? T(5e-6) : T(5e-3);
  for (const auto& [name, kernels] : setsThatRun<T>()) {
    Fixture<T> fixture(21, 35, T(0.3));
    fixture.setUnitRows();
    const std::vector<std::pair<Index, Index>> lost{{0, 0}, {0, 34}, {7, 9}, {20, 0}, {20, 34}};
    for (const auto& [i, j] : lost) {
      const T sign = i == j ? T{1} : T{-1};
      *at(fixture.products, i * kProductTile + j) = sign * (1 - limit / 2);
    }
    *at(fixture.products, 5 * kProductTile + 5) = 1 - 2 * limit;
    // Beside the tile nothing is a pair.
    *at(fixture.products, 21 * kProductTile) = *at(fixture.products, 35) = 1;
    MapTile<T> tile = fixture.tile(ProductMap::kFirstLayer);
    kernels->map(tile);
    CHECK_EQUAL(name + " " + std::to_string(tile.pairCount),
                name + " " + std::to_string(lost.size()));
    for (const auto& [i, j] : lost) {
      bool found = false;
      for (Index pair = 0; pair < tile.pairCount; ++pair) {
        found = found || (fixture.pairs[static_cast<std::size_t>(pair)].row == i &&
                          fixture.pairs[static_cast<std::size_t>(pair)].col == j);
      }
      CHECK(found);
    }
  }
}

TEST(nearlyParallelPairsAreHandedBack) {
  checkPairs<double>();
  checkPairs<float>();
}

// Centred products: <p, q> with |p|^2 / 2 = |q|^2 / 2 = h stand for the cosine 1 - 2 h + <p, q>.
template <class T>
void checkCentred() {
  for (const auto& [name, kernels] : setsThatRun<T>()) {
    constexpr Index kRows = 19, kCols = 23;
    Fixture<T> fixture(kRows, kCols, T{0});
    fixture.setUnitRows();
    for (Index i = 0; i < kRows; ++i) *at(fixture.rowHalf, i) = T(0.03125);
    for (Index j = 0; j < kCols; ++j) *at(fixture.colHalf, j) = T(0.0625);
    for (Index i = 0; i < kRows * kProductTile; ++i) {
      *at(fixture.products, i) = T(0.09) * static_cast<T>(i % 97 - 48) / 48;
    }
    MapTile<T> tile = fixture.tile(ProductMap::kFirstLayer);
    tile.rowHalf = fixture.rowHalf.data();
    tile.colHalf = fixture.colHalf.data();
    kernels->map(tile);
    Index wrong = 0;
    for (Index i = 0; i < kRows; ++i) {
      for (Index j = 0; j < kCols; ++j) {
        const Long product = *at(fixture.products, i * kProductTile + j);
        const Long exact = firstLayer(1 - (Long{0.09375} - product));
        const Long value = *at(fixture.out, i * Fixture<T>::kStride + j);
        wrong += !(std::fabs(value - exact) <= 8 * Long{kEps<T>} * exact);
      }
    }
    CHECK_EQUAL(name + " " + std::to_string(wrong), name + " 0");
  }
}

TEST(centredProductsGiveTheSameKernel) {
  checkCentred<double>();
  checkCentred<float>();
}

}  // namespace
}  // namespace ntkit
