// The bits of the loops of triangular work, of a whole problem each: an element's operations come
// in one order, whatever the sizes of a set's strips. A change that moves them moves results: it
// raises NUMERICS_REVISION (src/experiments/cell-key.ts).
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "bits.hpp"
#include "check.hpp"
#include "strips_sets.hpp"

namespace ntkit {
namespace {

using test::drawn, test::hashOf, test::stripSets, test::written;

// Whole strips of every set.
constexpr Index kRows = kMaxStripRows, kCols = 2 * kStripMultiple;

// Lines of `length` numbers.
template <class T>
struct Lines {
  Index length;
  std::vector<T> values;

  T* at(Index line, Index i) { return values.data() + line * length + i; }
  const T* at(Index line, Index i) const { return values.data() + line * length + i; }

  // Those from `first` of each of the first `lines` lines, side by side.
  std::vector<T> strip(Index lines, Index first, Index width) const {
    std::vector<T> packed;
    for (Index k = 0; k < lines; ++k)
      packed.insert(packed.end(), at(k, first), at(k, first + width));
    return packed;
  }
};

template <class T>
std::uint64_t updateHash(const StripKernel<T>& kernel) {
  constexpr Index kDepth = 67;
  const Lines<T> a{kRows, drawn<T>(kDepth * kRows, 1)}, b{kCols, drawn<T>(kDepth * kCols, 2)};
  Lines<T> c{kCols, drawn<T>(kRows * kCols, 3)};
  for (Index row = 0; row < kRows; row += kernel.rows) {
    const std::vector<T> rows = a.strip(kDepth, row, kernel.rows);
    for (Index col = 0; col < kCols; col += kernel.cols) {
      const std::vector<T> cols = b.strip(kDepth, col, kernel.cols);
      kernel.update(kDepth, rows.data(), cols.data(), kernel.cols, c.at(row, col), kCols);
    }
  }
  return hashOf(c.values);
}

// Inverses of the diagonal near 1, and little beside it: results do not grow.
template <class T>
Lines<T> triangle() {
  Lines<T> u{kCols, drawn<T>(kCols * kCols, 4)};
  for (T& value : u.values) value /= 16;
  for (Index s = 0; s < kCols; ++s) *u.at(s, s) += 1;
  return u;
}

template <class T>
std::uint64_t substituteHash(const StripKernel<T>& kernel) {
  const Lines<T> u = triangle<T>(), x{kRows, drawn<T>(kCols * kRows, 5)};
  std::vector<T> solved(x.values.size());
  for (Index row = 0; row < kRows; row += kernel.rows) {
    std::vector<T> strip = x.strip(kCols, row, kernel.rows);
    for (Index first = 0; first < kCols; first += kernel.cols) {
      const std::vector<T> columns = u.strip(first + kernel.cols, first, kernel.cols);
      kernel.substitute(first, strip.data(), columns.data());
    }
    for (Index k = 0; k < kCols; ++k) {
      std::copy_n(strip.data() + k * kernel.rows, kernel.rows, solved.data() + k * kRows + row);
    }
  }
  return hashOf(solved);
}

// Of updates and of substitution.
using Hashes = std::array<std::uint64_t, 2>;

template <class T>
void checkStrips(const Hashes& unfused, const Hashes& fused) {
  for (const auto& [name, kernels] : stripSets()) {
    const StripKernel<T>& kernel = kernels->template of<T>();
    Hashes golden = name == "portable" ? unfused : fused;
    // Four rows of floats are half a register of AVX2: the portable vector substitutes them.
    if (name == "avx2" && sizeof(T) == sizeof(float)) golden[1] = unfused[1];
    const Hashes hashes{updateHash(kernel), substituteHash(kernel)};
    CHECK_EQUAL(written(name, hashes), written(name, golden));
  }
}

TEST(stripsHaveTheBitsThatAreWrittenDown) {
  checkStrips<double>({0xe4f8ee2de0b98705, 0x39960510a9939f8a},
                      {0x150b0a6faba8ed16, 0xf1e973830bc3cee1});
  checkStrips<float>({0xc2993ad00fe4aea1, 0xd342d32fcc03e213},
                     {0x0b9294de2626f5e0, 0xaab89eccc1abea97});
}

}  // namespace
}  // namespace ntkit
