#include "job.hpp"

#include "errors.hpp"
#include "handle.hpp"

namespace ntkit::binding {
namespace {

constexpr napi_type_tag kJobTag{0x6e746b69742d6a6fULL, 0x622d68616e646c65ULL};

Napi::Value createJob(const Napi::CallbackInfo& info) {
  return makeHandle(info.Env(), kJobTag, std::make_shared<Control>(), 0);
}

Napi::Value abortJob(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    controlOf(info[0])->abort();
    return info.Env().Undefined();
  });
}

Napi::Value pauseJob(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    controlOf(info[0])->pause();
    return info.Env().Undefined();
  });
}

Napi::Value jobProgress(const Napi::CallbackInfo& info) {
  return guarded(info.Env(),
                 [&] { return Napi::Number::New(info.Env(), controlOf(info[0])->progress()); });
}

}  // namespace

std::shared_ptr<Control> controlOf(const Napi::Value& job) {
  return fromHandle<Control>(job, kJobTag, "job");
}

void registerJob(Napi::Env env, Napi::Object exports) {
  exports.Set("createJob", Napi::Function::New(env, createJob, "createJob"));
  exports.Set("abortJob", Napi::Function::New(env, abortJob, "abortJob"));
  exports.Set("pauseJob", Napi::Function::New(env, pauseJob, "pauseJob"));
  exports.Set("jobProgress", Napi::Function::New(env, jobProgress, "jobProgress"));
}

}  // namespace ntkit::binding
