#include "../core/attention.hpp"

#include "../core/alignment.hpp"
#include "../core/softmax_attention.hpp"
#include "operation.hpp"

namespace ntkit::binding {
namespace {

// A depth beyond this is a slip of the keyboard, not an architecture.
constexpr Index kMaxLayers = 10000;

std::optional<std::uint64_t> projectionSeed(const Request& request) {
  if (!request.has("projectionSeed")) return std::nullopt;
  return request.seed("projectionSeed");
}

// Inputs and result of attention; the workspace is added by the core.
template <class T>
MemoryEstimate attentionEstimate(const char* name, const Request& request,
                                 const KernelShape& shape) {
  MemoryEstimate estimate(name);
  estimate.add(shape.points, shape.inputs, sizeof(T)).add(shape.queries, shape.inputs, sizeof(T));
  if (request.has("queries")) estimate.add(shape.queries, shape.inputs, sizeof(T));
  return estimate;
}

// {X, queries?, normalize, layers, stack, rank?, projectionSeed?}: f_att(queries) in the context X;
// queries default to X.
Napi::Value linearizedAttentionOperation(const Request& request) {
  return dispatchPrecision(request, "X", [&]<class T>() {
    const KernelShape shape = kernelShape(request, "queries");
    AttentionOptions options;
    options.normalized = request.boolean("normalize");
    options.layers = request.integer("layers", 1, kMaxLayers);
    options.stack = static_cast<AttentionStack>(request.choice("stack", {"context", "self"}));
    if (request.has("rank")) {
      options.rank = request.integer("rank", 1, std::numeric_limits<std::int32_t>::max());
    }
    options.projectionSeed = projectionSeed(request);
    const bool itself = !request.has("queries");
    MemoryEstimate estimate = attentionEstimate<T>("linearizedAttention", request, shape);
    addAttentionWorkspace<T>(
        estimate, {shape.points, shape.inputs, itself, itself ? 0 : shape.queries}, options);
    estimate.require(request.memoryBudget());
    const auto inputs = kernelInputs<T>(request, "queries");
    return queueFiniteMatrix<T>(request, shape.queries, shape.inputs,
                                [inputs, options](MatrixView<T> out, Control& control) {
                                  linearizedAttention<T>(inputs.x(), inputs.z(), options, out,
                                                         control);
                                });
  });
}

// {X, queries?, temperature, normalize, projectionSeed?}
Napi::Value softmaxAttentionOperation(const Request& request) {
  return dispatchPrecision(request, "X", [&]<class T>() {
    const KernelShape shape = kernelShape(request, "queries");
    SoftmaxOptions options;
    options.temperature = request.number("temperature", std::numeric_limits<double>::min(),
                                         std::numeric_limits<double>::max());
    options.normalized = request.boolean("normalize");
    options.projectionSeed = projectionSeed(request);
    MemoryEstimate estimate = attentionEstimate<T>("softmaxAttention", request, shape);
    addSoftmaxWorkspace<T>(estimate, shape.points, shape.inputs, shape.queries,
                           !request.has("queries"), options);
    estimate.require(request.memoryBudget());
    const auto inputs = kernelInputs<T>(request, "queries");
    return queueMatrix<T>(request, shape.queries, shape.inputs,
                          [inputs, options](MatrixView<T> out, Control& control) {
                            softmaxAttention<T>(inputs.x(), inputs.z(), options, out, control);
                          });
  });
}

// {K, Y}: a number.
Napi::Value kernelTargetAlignmentOperation(const Request& request) {
  return dispatchPrecision(request, "K", [&]<class T>() {
    const Index n = request.shape("K").rows;
    request.requireCols("K", n);
    request.requireRows("Y", n);
    const Index outputs = request.shape("Y").cols;
    MemoryEstimate estimate("kernelTargetAlignment");
    estimate.add(n, n, sizeof(T)).add(n, outputs, sizeof(T));
    addAlignmentWorkspace<T>(estimate, n, outputs);
    estimate.require(request.memoryBudget());
    const auto K = request.matrix<T>("K"), Y = request.matrix<T>("Y");
    const auto alignment = std::make_shared<double>(0);
    return queue(
        request,
        [K, Y, alignment](Control& control) {
          *alignment = kernelTargetAlignment<T>(K->view(), Y->view(), control);
        },
        [alignment](Napi::Env env) -> Napi::Value { return Napi::Number::New(env, *alignment); });
  });
}

}  // namespace

void registerAttention(Napi::Env env, Napi::Object exports) {
  registerOperation<linearizedAttentionOperation>(env, exports, "linearizedAttention");
  registerOperation<softmaxAttentionOperation>(env, exports, "softmaxAttention");
  registerOperation<kernelTargetAlignmentOperation>(env, exports, "kernelTargetAlignment");
}

}  // namespace ntkit::binding
