#include "promise_worker.hpp"

#include "errors.hpp"

namespace ntkit::binding {

PromiseWorker::PromiseWorker(Napi::Env env, std::shared_ptr<Control> control, Work work,
                             Finish finish)
    : Napi::AsyncWorker(env, "ntkit"),
      deferred_(Napi::Promise::Deferred::New(env)),
      control_(std::move(control)),
      work_(std::move(work)),
      finish_(std::move(finish)) {}

Napi::Promise PromiseWorker::run(Napi::Env env, std::shared_ptr<Control> control, Work work,
                                 Finish finish) {
  auto* const worker =
      new PromiseWorker(env, std::move(control), std::move(work), std::move(finish));
  const Napi::Promise promise = worker->deferred_.Promise();
  worker->Queue();  // deletes itself after OnOK
  return promise;
}

void PromiseWorker::Execute() {
  try {
    control_->checkpoint();
    work_(*control_);
  } catch (const Error& error) {
    failed_ = true;
    code_ = error.code();
    message_ = error.what();
  } catch (const std::bad_alloc&) {
    failed_ = true;
    code_ = ErrorCode::kMemoryBudget;
    message_ = "The system has no memory left for this operation";
  } catch (const std::exception& error) {
    failed_ = true;
    message_ = std::string("Internal error: ") + error.what();
  }
  work_ = nullptr;
}

void PromiseWorker::OnOK() {
  const Napi::Env env = Env();
  if (failed_) {
    deferred_.Reject(toJs(env, code_, message_).Value());
    return;
  }
  try {
    deferred_.Resolve(finish_(env));
  } catch (const Napi::Error& error) {
    deferred_.Reject(error.Value());
  } catch (const std::exception& error) {
    deferred_.Reject(toJs(env, ErrorCode::kInternal, error.what()).Value());
  }
}

}  // namespace ntkit::binding
