// Transposes of every set, forwards and backwards, in sizes that do not fill their registers, too.
#include <string>
#include <vector>

#include "bits.hpp"
#include "check.hpp"
#include "strips_sets.hpp"

namespace ntkit {
namespace {

using test::drawn, test::stripSets, test::written;

struct Shape {
  Index rows, cols;
  bool backwards;
};

template <class T>
void checkTranspose(const std::string& name, const StripKernel<T>& kernel, const Shape& shape) {
  const auto [rows, cols, backwards] = shape;
  const Index inStride = cols + 3, outStride = rows + 5;
  const std::vector<T> in = drawn<T>(rows * inStride, 1);
  // What is not written stays.
  const std::vector<T> before = drawn<T>(cols * outStride, 2);
  std::vector<T> expected = before, out = before;
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < cols; ++j) {
      const Index line = backwards ? cols - 1 - j : j;
      expected[static_cast<std::size_t>(line * outStride + i)] =
          in[static_cast<std::size_t>(i * inStride + j)];
    }
  }
  kernel.transpose(in.data(), inStride, rows, cols,
                   backwards ? out.data() + (cols - 1) * outStride : out.data(),
                   backwards ? -outStride : outStride);
  CHECK_EQUAL(written(name, std::vector{test::hashOf(out)}),
              written(name, std::vector{test::hashOf(expected)}));
}

TEST(stripsOfEverySetAreTransposed) {
  for (const auto& [name, kernels] : stripSets()) {
    for (const Index rows : {1, 3, 8, 24, 50}) {
      for (const Index cols : {1, 7, 16, 49}) {
        for (const bool backwards : {false, true}) {
          checkTranspose<double>(name, kernels->of<double>(), {rows, cols, backwards});
          checkTranspose<float>(name, kernels->of<float>(), {rows, cols, backwards});
        }
      }
    }
  }
}

}  // namespace
}  // namespace ntkit
