// The one asynchronous worker: runs `work` off JavaScript's thread and settles a promise with what
// `finish` makes.
//
// Lifetimes: `work` may own plain memory only and is destroyed on the worker's thread; `finish` may
// hold Node-API references and is run and destroyed on JavaScript's thread. Neither is touched by
// both threads at once. The numeric threads are the pool's (core/parallel.hpp): the libuv thread
// that runs `work` mostly waits for them.
#pragma once

#include <functional>
#include <memory>

#include "../core/control.hpp"
#include "napi_setup.hpp"

namespace ntkit::binding {

class PromiseWorker final : public Napi::AsyncWorker {
 public:
  using Work = std::function<void(Control&)>;
  using Finish = std::function<Napi::Value(Napi::Env)>;

  static Napi::Promise run(Napi::Env env, std::shared_ptr<Control> control, Work work,
                           Finish finish);

  void Execute() override;
  void OnOK() override;

 private:
  PromiseWorker(Napi::Env env, std::shared_ptr<Control> control, Work work, Finish finish);

  Napi::Promise::Deferred deferred_;
  std::shared_ptr<Control> control_;
  Work work_;
  Finish finish_;
  bool failed_ = false;
  ErrorCode code_ = ErrorCode::kInternal;
  std::string message_;
};

}  // namespace ntkit::binding
