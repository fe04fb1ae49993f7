#include "../core/arc_cosine.hpp"
#include "../core/empirical_ntk.hpp"
#include "../core/gates.hpp"
#include "operation.hpp"

namespace ntkit::binding {
namespace {

// A depth beyond this is a slip of the keyboard, not an architecture.
constexpr Index kMaxDepth = 10000;

TrainedLayers trainedLayers(const Request& request) {
  return request.choice("trained", {"first", "both"}) == 0 ? TrainedLayers::kFirst
                                                           : TrainedLayers::kBoth;
}

template <class T>
MemoryEstimate kernelEstimate(const char* name, const KernelShape& shape) {
  return MemoryEstimate(name)
      .add(shape.points, shape.inputs, sizeof(T))
      .add(shape.queries, shape.inputs, sizeof(T))
      .add(shape.queries, shape.points, sizeof(T));
}

// {X, Z?, trained}
Napi::Value infiniteNtkOperation(const Request& request) {
  return dispatchPrecision(request, "X", [&]<class T>() {
    const KernelShape shape = kernelShape(request);
    const TrainedLayers trained = trainedLayers(request);
    kernelEstimate<T>("infiniteNtk", shape).require(request.memoryBudget());
    const auto inputs = kernelInputs<T>(request);
    return queueMatrix<T>(request, shape.queries, shape.points,
                          [inputs, trained](MatrixView<T> K, Control& control) {
                            infiniteNtk<T>(inputs.z(), inputs.x(), trained, K, control);
                          });
  });
}

// {X, Z?, depth}
Napi::Value deepNtkOperation(const Request& request) {
  return dispatchPrecision(request, "X", [&]<class T>() {
    const KernelShape shape = kernelShape(request);
    const Index depth = request.integer("depth", 2, kMaxDepth);
    kernelEstimate<T>("deepNtk", shape).require(request.memoryBudget());
    const auto inputs = kernelInputs<T>(request);
    return queueMatrix<T>(request, shape.queries, shape.points,
                          [inputs, depth](MatrixView<T> K, Control& control) {
                            deepNtk<T>(inputs.z(), inputs.x(), depth, K, control);
                          });
  });
}

// {X, Z?, weights, trained}
Napi::Value empiricalNtkOperation(const Request& request) {
  return dispatchPrecision(request, "X", [&]<class T>() {
    const KernelShape shape = kernelShape(request);
    const TrainedLayers trained = trainedLayers(request);
    request.requireCols("weights", shape.inputs);
    const Index width = request.shape("weights").rows;
    MemoryEstimate estimate = kernelEstimate<T>("empiricalNtk", shape);
    estimate.add(width, shape.inputs, sizeof(T))
        .add(shape.points + shape.queries, GateBits::wordsFor(width), sizeof(std::uint64_t));
    if (trained == TrainedLayers::kBoth)
      estimate.add(shape.points + shape.queries, width, sizeof(T));
    estimate.require(request.memoryBudget());
    const auto inputs = kernelInputs<T>(request);
    const auto weights = request.matrix<T>("weights");
    return queueMatrix<T>(request, shape.queries, shape.points,
                          [inputs, weights, trained](MatrixView<T> K, Control& control) {
                            empiricalNtk<T>(inputs.z(), inputs.x(), weights->view(), trained, K,
                                            control);
                          });
  });
}

}  // namespace

void registerKernels(Napi::Env env, Napi::Object exports) {
  registerOperation<infiniteNtkOperation>(env, exports, "infiniteNtk");
  registerOperation<deepNtkOperation>(env, exports, "deepNtk");
  registerOperation<empiricalNtkOperation>(env, exports, "empiricalNtk");
}

}  // namespace ntkit::binding
