#include "../core/random.hpp"

#include "operation.hpp"

namespace ntkit::binding {
namespace {

constexpr Index kMaxCount = std::numeric_limits<std::int32_t>::max();

RandomStream streamArgument(const Request& request) {
  return {request.seed("seed"), request.seed("stream")};
}

// Short and synchronous: seeds are drawn while an experiment is being set up.

// {seed, stream, count}: Float64Array of N(0, 1).
Napi::Value gaussianOperation(const Request& request) {
  const Index count = request.integer("count", 0, kMaxCount);
  MemoryEstimate("gaussian").add(count, 1, sizeof(double)).require();
  const Result<double> result(request.env(), count, 1);
  fillGaussian(streamArgument(request), 0, 1, result.view().data, count);
  return result.toJs(request.env()).As<Napi::Object>().Get("data");
}

// {seed, stream, count}: Float64Array uniform on (0, 1).
Napi::Value uniformOperation(const Request& request) {
  const Index count = request.integer("count", 0, kMaxCount);
  MemoryEstimate("uniform").add(count, 1, sizeof(double)).require();
  const Result<double> result(request.env(), count, 1);
  const RandomStream stream = streamArgument(request);
  for (Index i = 0; i < count; ++i) {
    result.view().data[i] = randomUniform(stream, static_cast<std::uint64_t>(i));
  }
  return result.toJs(request.env()).As<Napi::Object>().Get("data");
}

// {seed, stream, count}: Int32Array, a random order of 0 ... count - 1.
Napi::Value permutationOperation(const Request& request) {
  const Index count = request.integer("count", 0, kMaxCount);
  MemoryEstimate("permutation").add(2 * count, 1, sizeof(std::int32_t)).require();
  Buffer<std::int32_t> order(count);
  fillPermutation(streamArgument(request), 0, order.data(), count);
  auto result = Napi::Int32Array::New(request.env(), static_cast<std::size_t>(count));
  std::copy(order.begin(), order.end(), result.Data());
  return result;
}

}  // namespace

void registerRandom(Napi::Env env, Napi::Object exports) {
  registerOperation<gaussianOperation>(env, exports, "gaussian");
  registerOperation<uniformOperation>(env, exports, "uniform");
  registerOperation<permutationOperation>(env, exports, "permutation");
}

}  // namespace ntkit::binding
