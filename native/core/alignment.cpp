#include "alignment.hpp"

#include <cmath>

#include "gram.hpp"
#include "local_product.hpp"
#include "parallel.hpp"
#include "rows.hpp"

namespace ntkit {
namespace {

// 128 rows of a kernel of 10^4 points are 10 MB: a few milliseconds between two looks at an abort.
constexpr Index kRowBlock = 128;

template <class T>
double squaredNorm(ConstMatrixView<T> A) {
  double sum = 0;
  for (Index i = 0; i < A.rows; ++i) sum += dot(A.row(i), A.row(i), A.cols);
  return sum;
}

template <class T>
OwnedMatrix<T> smallerGram(ConstMatrixView<T> Y, Control& control) {
  const Index side = std::min(Y.rows, Y.cols);
  OwnedMatrix<T> result(side, side);
  Y.cols < Y.rows ? secondMoment<T>(Y, result.view(), control) : gram<T>(Y, result.view(), control);
  return result;
}

double positive(double squared, const char* name) {
  if (squared == 0) {
    throw Error(ErrorCode::kInvalidArgument,
                std::string("Expected a nonzero matrix for ") + name + " but every element is 0");
  }
  if (std::isfinite(squared)) return std::sqrt(squared);
  throw Error(ErrorCode::kNotFinite, std::string("The squares of ") + name +
                                         " overflow although it has no Infinity: try to scale it "
                                         "down");
}

}  // namespace

template <class T>
double kernelTargetAlignment(ConstMatrixView<T> K, ConstMatrixView<T> Y, Control& control) {
  const double targets = positive(squaredNorm<T>(smallerGram(Y, control).view()), "Y");
  const Index blocks = blockCount(K.rows, kRowBlock);
  Buffer<double> products(blocks), squares(blocks);
  control.expect(static_cast<double>(blocks));
  parallelBlocks(control, K.rows, kRowBlock, [&](Index first, Index count) {
    const auto rows = K.rowBlock(first, count);
    OwnedMatrix<T> images(count, Y.cols);
    multiplyHere<T>(rows, Op::kNone, Y, Into::kStore, images.view());
    double product = 0;
    for (Index i = 0; i < count; ++i) {
      product += dot<T>(images.view().row(i), Y.row(first + i), Y.cols);
    }
    products[first / kRowBlock] = product;
    squares[first / kRowBlock] = squaredNorm<T>(rows);
    control.advance();
  });
  double product = 0, squared = 0;
  for (Index block = 0; block < blocks; ++block) {
    product += products[block];
    squared += squares[block];
  }
  return product / (positive(squared, "K") * targets);
}

template <class T>
void addAlignmentWorkspace(MemoryEstimate& estimate, Index points, Index outputs) {
  const Index side = std::min(points, outputs);
  estimate.add(side, side, sizeof(T))
      .add(PackedRows<T>::bytes(side, std::max(points, outputs)), 1, 1)
      .add(threads(), ProductScratch<T>::bytes(), 1)
      .add(threads() * kRowBlock, outputs, sizeof(T))
      .add(2 * blockCount(points, kRowBlock), 1, sizeof(double));
}

template double kernelTargetAlignment(ConstMatrixView<double>, ConstMatrixView<double>, Control&);
template double kernelTargetAlignment(ConstMatrixView<float>, ConstMatrixView<float>, Control&);
template void addAlignmentWorkspace<double>(MemoryEstimate&, Index, Index);
template void addAlignmentWorkspace<float>(MemoryEstimate&, Index, Index);

}  // namespace ntkit
