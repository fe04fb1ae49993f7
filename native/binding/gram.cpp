#include "../core/gram.hpp"

#include "operation.hpp"

namespace ntkit::binding {
namespace {

// {X, Z?}: X X^T, or Z X^T.
Napi::Value gramOperation(const Request& request) {
  return dispatchPrecision(request, "X", [&]<class T>() {
    const KernelShape shape = kernelShape(request);
    MemoryEstimate estimate("gram");
    estimate.add(shape.queries, shape.points, sizeof(T));
    estimateGram<T>(estimate, shape.points, shape.otherQueries, shape.inputs);
    estimate.require(request.memoryBudget());
    const auto X = request.packed<T>("X", Side::kRows);
    const auto Z = request.has("Z") ? request.packed<T>("Z", Side::kRows) : nullptr;
    return queueFiniteMatrix<T>(
        request, shape.queries, shape.points,
        [X, Z](MatrixView<T> G, Control& control) {
          if (Z == nullptr) {
            gram<T>(*X, G, control);
          } else {
            crossGram<T>(*Z, *X, G, control);
          }
        },
        shape.multiplyAdds());
  });
}

// {X}: X^T X.
Napi::Value secondMomentOperation(const Request& request) {
  return dispatchPrecision(request, "X", [&]<class T>() {
    const Shape shape = request.shape("X");
    MemoryEstimate estimate("secondMoment");
    estimate.add(shape.cols, shape.cols, sizeof(T));
    estimateSecondMoment<T>(estimate, shape.rows, shape.cols);
    estimate.require(request.memoryBudget());
    const auto columns = request.packed<T>("X", Side::kColumns);
    return queueFiniteMatrix<T>(
        request, shape.cols, shape.cols,
        [columns](MatrixView<T> C, Control& control) { gram<T>(*columns, C, control); },
        KernelShape{shape.cols, shape.cols, shape.rows, 0}.multiplyAdds());
  });
}

// {X, count}: the largest norm of so many of its rows, a number and not a promise.
Napi::Value largestNormOperation(const Request& request) {
  const Index count = request.integer("count", 1, std::numeric_limits<int>::max());
  return dispatchPrecision(request, "X", [&]<class T>() {
    return Napi::Number::New(request.env(), largestNorm<T>(request.view<T>("X"), count));
  });
}

}  // namespace

void registerGram(Napi::Env env, Napi::Object exports) {
  registerOperation<gramOperation>(env, exports, "gram");
  registerOperation<secondMomentOperation>(env, exports, "secondMoment");
  registerOperation<largestNormOperation>(env, exports, "largestNorm");
}

}  // namespace ntkit::binding
