// For the benchmarks: the limits of the machine, and what crossing the boundary costs by itself.
// None of it is part of the public library.
#include "../core/probes.hpp"

#include <chrono>

#include "../core/cholesky.hpp"
#include "../core/gate_probe.hpp"
#include "operation.hpp"

namespace ntkit::binding {
namespace {

// {}: bytes, flops and bits a second; see core/probes.hpp.
Napi::Value probeOperation(const Request& request) {
  MemoryEstimate("probe").add(probeBytes(), 1, 1).require(request.memoryBudget());
  const auto limits = std::make_shared<MachineLimits>();
  return queue(
      request, [limits](Control& control) { *limits = probeMachine(control); },
      [limits](Napi::Env env) -> Napi::Value {
        Napi::Object result = Napi::Object::New(env);
        const auto set = [&](const char* name, double rate) {
          result.Set(name, Napi::Number::New(env, rate));
        };
        set("fmaDouble", limits->fmaDouble);
        set("fmaSingle", limits->fmaSingle);
        set("bitCounts", limits->bitCounts);
        set("read", limits->read);
        set("write", limits->write);
        set("copy", limits->copy);
        set("update", limits->update);
        set("firstTouch", limits->firstTouch);
        set("exchanges", limits->exchanges);
        return result;
      });
}

// A call that does nothing.
Napi::Value probeCall(const Napi::CallbackInfo& info) { return info.Env().Undefined(); }

// (array): finds the memory of a typed array, as every operation does for its inputs.
Napi::Value probeView(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    if (info.Length() < 1 || !info[0].IsTypedArray()) {
      throw Error(ErrorCode::kInvalidArgument, "Expected a typed array");
    }
    const auto array = info[0].As<Napi::TypedArray>();
    const void* const data = array.ArrayBuffer().Data();
    return Napi::Boolean::New(info.Env(), data != nullptr);
  });
}

// {A}: checks and copies a matrix, as every operation does with its inputs; the matrix is dropped.
Napi::Value probeCopyOperation(const Request& request) {
  return dispatchPrecision(request, "A", [&]<class T>() {
    const auto copy = request.matrix<T>("A");
    return Napi::Number::New(request.env(), static_cast<double>(copy->rows() * copy->cols()));
  });
}

// What a probe that times itself resolves with: {[name]: its result, seconds}.
template <class T>
PromiseWorker::Finish timed(const char* name, std::shared_ptr<Result<T>> result,
                            std::shared_ptr<double> seconds) {
  return [name, result, seconds](Napi::Env env) -> Napi::Value {
    Napi::Object timed = Napi::Object::New(env);
    timed.Set(name, result->toJs(env));
    timed.Set("seconds", Napi::Number::New(env, *seconds));
    return timed;
  };
}

// {X, weights, gram}: {K, seconds}; see core/gate_probe.hpp.
Napi::Value probeGivenGatesOperation(const Request& request) {
  return dispatchPrecision(request, "X", [&]<class T>() {
    const Shape points = request.shape("X"), units = request.shape("weights");
    request.requireCols("weights", points.cols);
    MemoryEstimate("probeGivenGates")
        .add(points.rows + units.rows, points.cols, sizeof(T))
        .add(points.rows, points.rows, sizeof(T))
        .add(givenGatesWorkspace<T>(points.rows, units.rows, points.cols), 1, 1)
        .require(request.memoryBudget());
    const bool gram = request.boolean("gram");
    const auto X = request.matrix<T>("X");
    const auto W = request.matrix<T>("weights");
    const auto K = makeResultOrTakeOut<T>(request, points.rows, points.rows);
    const auto seconds = std::make_shared<double>();
    return queue(
        request,
        [X, W, gram, view = K->view(), seconds](Control& control) {
          *seconds = timeGivenGates<T>(X->view(), W->view(), gram, view, control);
        },
        timed("K", K, seconds));
  });
}

// {A}: {diagonal, seconds}: a Cholesky factorisation by itself, as the first step of a ridge fit.
Napi::Value probeCholeskyOperation(const Request& request) {
  const Index n = request.shape("A").rows;
  request.requireCols("A", n);
  MemoryEstimate("probeCholesky")
      .add(n, n + 1, sizeof(double))
      .add(choleskyWorkspace(n), 1, sizeof(double))
      .require(request.memoryBudget());
  const auto A = std::const_pointer_cast<OwnedMatrix<double>>(request.matrix<double>("A"));
  const auto diagonal = makeResult<double>(request.env(), n, 1);
  const auto seconds = std::make_shared<double>();
  return queue(
      request,
      [A, view = diagonal->view(), seconds](Control& control) {
        const auto start = std::chrono::steady_clock::now();
        choleskyLower(A->view(), control);
        *seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        for (Index i = 0; i < view.rows; ++i) view(i, 0) = A->view()(i, i);
      },
      timed("diagonal", diagonal, seconds));
}

// {}: an operation without work: to a conductor and back.
Napi::Value probeRoundTripOperation(const Request& request) {
  return queue(
      request, [](Control&) {}, [](Napi::Env env) { return env.Undefined(); });
}

}  // namespace

void registerProbes(Napi::Env env, Napi::Object exports) {
  registerOperation<probeOperation>(env, exports, "probe");
  registerOperation<probeCopyOperation>(env, exports, "probeCopy");
  registerOperation<probeGivenGatesOperation>(env, exports, "probeGivenGates");
  registerOperation<probeCholeskyOperation>(env, exports, "probeCholesky");
  registerOperation<probeRoundTripOperation>(env, exports, "probeRoundTrip");
  exports.Set("probeCall", Napi::Function::New(env, probeCall, "probeCall"));
  exports.Set("probeView", Napi::Function::New(env, probeView, "probeView"));
}

}  // namespace ntkit::binding
