// What the binding files of the capabilities share: how an operation is registered, dispatched on
// precision, and queued. A capability's file reads: check, estimate, copy, call the core.
#pragma once

#include <limits>

#include "../core/finite.hpp"
#include "../core/memory.hpp"
#include "../core/parallel.hpp"
#include "errors.hpp"
#include "promise_worker.hpp"
#include "request.hpp"
#include "result.hpp"

namespace ntkit::binding {

using Operation = Napi::Value (*)(const Request&);

// Exports an operation under `name`; what it throws becomes a JavaScript exception.
template <Operation operation>
void registerOperation(Napi::Env env, Napi::Object exports, const char* name) {
  exports.Set(name, Napi::Function::New(
                        env,
                        [](const Napi::CallbackInfo& info) {
                          return guarded(info.Env(), [&] { return operation(Request(info)); });
                        },
                        name));
}

// Calls body.operator()<T>() with the element type of the matrix argument `name`.
template <class Body>
Napi::Value dispatchPrecision(const Request& request, std::string_view name, const Body& body) {
  return request.precision(name) == Precision::kFloat64 ? body.template operator()<double>()
                                                        : body.template operator()<float>();
}

inline Napi::Value queue(const Request& request, PromiseWorker::Work work,
                         PromiseWorker::Finish finish) {
  return PromiseWorker::run(request.env(), request.control(), std::move(work), std::move(finish));
}

// Multiply-adds of brief work: a tenth of a millisecond on AVX-512, half a one on the portable set.
// To hand it to other threads and back would take longer.
constexpr double kBriefWork = 2.5e6;

template <class T>
void requireFiniteResult(MatrixView<T> result, Control& control) {
  constexpr Index kElements = 1 << 16;
  parallelBlocks(control, result.rows * result.cols, kElements,
                 [&](Index first, Index count) { requireFinite(result.data + first, count); });
}

// The matrix that an operation returns: the caller's argument `out`, whose memory is taken, or a
// new one. Called after the inputs were copied, since taking detaches.
template <class T>
std::shared_ptr<Result<T>> makeResultOrTakeOut(const Request& request, Index rows, Index cols) {
  if (!request.has("out")) return makeResult<T>(request.env(), rows, cols);
  return Result<T>::taking(request.outArray<T>(rows, cols), rows, cols);
}

// The common case: the work fills one matrix with finite numbers. `work` takes (view, control).
// Work of so few `multiplyAdds` that it is brief is done before this returns.
template <class T, class Work>
Napi::Value queueFiniteMatrix(const Request& request, Index rows, Index cols, Work work,
                              double multiplyAdds = std::numeric_limits<double>::infinity()) {
  const auto result = makeResultOrTakeOut<T>(request, rows, cols);
  const MatrixView<T> view = result->view();
  const auto fill = [view, work = std::move(work)](Control& control) { work(view, control); };
  const auto finish = [result](Napi::Env env) { return result->toJs(env); };
  return multiplyAdds > kBriefWork
             ? queue(request, fill, finish)
             : PromiseWorker::runAtOnce(request.env(), *request.control(), fill, finish);
}

// The same for work that has not looked at what it computed.
template <class T, class Work>
Napi::Value queueMatrix(const Request& request, Index rows, Index cols, Work work) {
  return queueFiniteMatrix<T>(request, rows, cols,
                              [work = std::move(work)](MatrixView<T> view, Control& control) {
                                work(view, control);
                                requireFiniteResult(view, control);
                              });
}

// Queries Z and training inputs X of a kernel: Z is X when it was not given, which makes the kernel
// symmetric.
template <class T>
struct KernelInputs {
  Input<T> X, Z;

  ConstMatrixView<T> x() const { return X->view(); }
  ConstMatrixView<T> z() const { return Z->view(); }
};

// Shapes alone, before anything is copied.
struct KernelShape {
  Index queries, points, inputs;
  Index otherQueries;  // queries that are not the points themselves

  // Rows that are copied from the caller.
  Index copied() const { return points + otherQueries; }
  // Of the products of their rows; half of them mirror the other half without other queries.
  double multiplyAdds() const {
    const double all =
        static_cast<double>(queries) * static_cast<double>(points) * static_cast<double>(inputs);
    return otherQueries == 0 ? all / 2 : all;
  }
};
inline KernelShape kernelShape(const Request& request, std::string_view queries = "Z") {
  const Shape x = request.shape("X");
  if (!request.has(queries)) return {x.rows, x.rows, x.cols, 0};
  request.requireCols(queries, x.cols);
  const Index rows = request.shape(queries).rows;
  return {rows, x.rows, x.cols, rows};
}

template <class T>
KernelInputs<T> kernelInputs(const Request& request, std::string_view queries = "Z") {
  const Input<T> X = request.matrix<T>("X");
  return {X, request.has(queries) ? request.matrix<T>(queries) : X};
}

void registerGram(Napi::Env env, Napi::Object exports);
void registerAttention(Napi::Env env, Napi::Object exports);
void registerKernels(Napi::Env env, Napi::Object exports);
void registerEigh(Napi::Env env, Napi::Object exports);
void registerRidge(Napi::Env env, Napi::Object exports);
void registerRidgePath(Napi::Env env, Napi::Object exports);
void registerNetwork(Napi::Env env, Napi::Object exports);
void registerAttack(Napi::Env env, Napi::Object exports);
void registerProbes(Napi::Env env, Napi::Object exports);
void registerRandom(Napi::Env env, Napi::Object exports);
void registerRuntime(Napi::Env env, Napi::Object exports);

}  // namespace ntkit::binding
