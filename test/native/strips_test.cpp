#include "kernels/strips.hpp"

#include <cmath>
#include <limits>
#include <string>

#include "check.hpp"
#include "isa/strips_sets.hpp"
#include "random.hpp"
#include "strip_panel.hpp"

namespace ntkit {
namespace {

template <class T>
Buffer<T> gaussians(Index count, std::uint64_t stream) {
  Buffer<double> drawn(count);
  fillGaussian({1, stream}, 0, 1, drawn.data(), count);
  Buffer<T> values(count);
  for (Index i = 0; i < count; ++i) values[i] = static_cast<T>(drawn[i]);
  return values;
}

template <class T>
void checkUpdate(const StripKernel<T>& kernel, Index depth, Index wanted) {
  const double bound = 300 * static_cast<double>(std::numeric_limits<T>::epsilon());
  const Index stride = kernel.cols + 3;
  const Buffer<T> a = gaussians<T>(kernel.rows * std::max<Index>(depth, 1), 11);
  const Buffer<T> b = gaussians<T>(kernel.cols * std::max<Index>(depth, 1), 12);
  Buffer<T> c = gaussians<T>(kernel.rows * stride, 13);
  const Buffer<T> before = gaussians<T>(kernel.rows * stride, 13);
  kernel.update(depth, a.data(), b.data(), wanted, c.data(), stride);
  // No register holds more than 16 numbers.
  const Index touched = std::min(kernel.cols, roundUp(wanted, 16));
  for (Index r = 0; r < kernel.rows; ++r) {
    for (Index j = 0; j < stride; ++j) {
      if (j >= wanted && j < touched) continue;
      double expected = before[r * stride + j];
      for (Index k = 0; j < touched && k < depth; ++k) {
        expected -= static_cast<double>(a[k * kernel.rows + r]) * b[k * kernel.cols + j];
      }
      CHECK(std::fabs(c[r * stride + j] - expected) <= bound);
    }
  }
}

template <class T>
void checkUpdates(const StripKernel<T>& kernel) {
  for (const Index depth : {0, 1, 2, 5, 48, 67}) {
    for (Index wanted = 1; wanted <= kernel.cols; ++wanted) checkUpdate(kernel, depth, wanted);
  }
}

// Solved columns times U are the right-hand sides; columns before `first` stay as they are.
template <class T>
void checkSubstitute(const StripKernel<T>& kernel) {
  const double bound = 200 * static_cast<double>(std::numeric_limits<T>::epsilon());
  const Index rows = kernel.rows, cols = kernel.cols;
  for (const Index first : {Index{0}, cols, 3 * cols}) {
    const Index size = first + cols;
    Buffer<T> x = gaussians<T>(size * rows, 14);
    const Buffer<T> before = gaussians<T>(size * rows, 14);
    Buffer<T> u = gaussians<T>(size * cols, 15);
    for (T& value : u) value /= 16;
    for (Index c = 0; c < cols; ++c) u[(first + c) * cols + c] = static_cast<T>(0.5);
    kernel.substitute(first, x.data(), u.data());
    for (Index r = 0; r < rows; ++r) {
      for (Index k = 0; k < first; ++k) CHECK_EQUAL(x[k * rows + r], before[k * rows + r]);
      for (Index c = 0; c < cols; ++c) {
        double sum = 2.0 * x[(first + c) * rows + r];
        for (Index k = 0; k < first + c; ++k) {
          sum += static_cast<double>(x[k * rows + r]) * u[k * cols + c];
        }
        CHECK(std::fabs(sum - before[(first + c) * rows + r]) <= bound);
      }
    }
  }
}

void checkAll(const StripKernels& kernels) {
  checkUpdates(kernels.forDouble);
  checkUpdates(kernels.forFloat);
  checkSubstitute(kernels.forDouble);
  checkSubstitute(kernels.forFloat);
  CHECK_EQUAL(kStripMultiple % kernels.forDouble.cols, 0);
  CHECK_EQUAL(kStripMultiple % kernels.forFloat.cols, 0);
  CHECK_EQUAL(kernels.forDouble.cols % kernels.forDouble.rows, 0);
  CHECK_EQUAL(kernels.forFloat.cols % kernels.forFloat.rows, 0);
}

TEST(stripsOfEverySetAreTheLoops) {
  for (const test::StripSet& set : test::stripSets()) checkAll(*set.kernels);
}

template <class T>
void checkPacking() {
  for (const Index rows : {1, 4, 5, 12, 13}) {
    for (const Index cols : {1, 2, 3, 9}) {
      for (const Order order : {Order::kAscending, Order::kDescending}) {
        constexpr Index kWidth = 4, kDepth = 10;
        const Buffer<T> data = gaussians<T>(rows * (cols + 1), 16);
        const ConstMatrixView<T> A{data.data(), rows, cols, cols + 1};
        const Index padded = roundUp(rows, kWidth);
        Buffer<T> strips(padded * kDepth);
        strips.fill(std::numeric_limits<T>::quiet_NaN());
        packStrips(A, order, kWidth, kDepth, strips.data());
        for (Index i = 0; i < padded; ++i) {
          for (Index k = 0; k < kDepth; ++k) {
            const Index from = order == Order::kAscending ? k : cols - 1 - k;
            const T expected = i < rows && k < cols ? A(i, from) : T{0};
            CHECK_EQUAL(strips[i / kWidth * kWidth * kDepth + k * kWidth + i % kWidth], expected);
          }
        }
        OwnedMatrix<T> back(rows, cols);
        unpackStrips<T>(strips.data(), order, kWidth, kDepth, back.view());
        for (Index i = 0; i < rows; ++i) {
          for (Index j = 0; j < cols; ++j) CHECK_EQUAL(back.view()(i, j), A(i, j));
        }
      }
    }
  }
}

TEST(stripsHoldTheRowsAndZeros) {
  checkPacking<double>();
  checkPacking<float>();
}

}  // namespace
}  // namespace ntkit
