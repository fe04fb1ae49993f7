#include "../core/blas.hpp"
#include "../core/cores.hpp"
#include "../core/cpu.hpp"
#include "operation.hpp"

namespace ntkit::binding {
namespace {

constexpr Index kMaxThreads = 1024;

// What was loaded and what it may use.
Napi::Value runtimeInfo(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const Napi::Env env = info.Env();
    Napi::Object result = Napi::Object::New(env);
    result.Set("blas", blas::version());
    result.Set("core", blas::coreName());
    result.Set("isa", std::string(kernels().isa));
    result.Set("threads", threads());
    result.Set("cores", availableCores());
    result.Set("memory", Napi::Number::New(env, static_cast<double>(availableMemory())));
    return result;
  });
}

// {count}: sets the threads of the process-wide pool.
Napi::Value setThreadsOperation(const Request& request) {
  setThreads(static_cast<int>(request.integer("count", 1, kMaxThreads)));
  return request.env().Undefined();
}

}  // namespace

void registerRuntime(Napi::Env env, Napi::Object exports) {
  exports.Set("runtimeInfo", Napi::Function::New(env, runtimeInfo, "runtimeInfo"));
  registerOperation<setThreadsOperation>(env, exports, "setThreads");
}

}  // namespace ntkit::binding
