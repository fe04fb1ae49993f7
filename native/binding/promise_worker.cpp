#include "promise_worker.hpp"

#include "../core/parallel.hpp"
#include "conductors.hpp"
#include "errors.hpp"

namespace ntkit::binding {
namespace {

// What the addon keeps for one JavaScript context.
struct ContextData {
  std::shared_ptr<Operations> operations = std::make_shared<Operations>();
};

std::shared_ptr<Operations> operationsOf(Napi::Env env) {
  return env.GetInstanceData<ContextData>()->operations;
}

// Settles a promise with what `result` returns or throws.
template <class Result>
void settleWith(Napi::Env env, const Napi::Promise::Deferred& deferred, const Result& result) {
  try {
    deferred.Resolve(result());
  } catch (const Napi::Error& error) {
    deferred.Reject(error.Value());
  } catch (...) {
    reportException([&](ErrorCode code, const char* message) {
      deferred.Reject(toJs(env, code, message).Value());
    });
  }
}

// Ends the context's operations from JavaScript: process.exit() calls it, since the libraries' own
// clean-up must not meet threads that still compute.
Napi::Value stopOperations(const Napi::CallbackInfo& info) {
  operationsOf(info.Env())->stop();
  return info.Env().Undefined();
}

}  // namespace

void Operations::requireGoingOn() const {
  if (stopped_) throw Error(ErrorCode::kAborted, "The operation was aborted: its context ends");
}

void Operations::add(PromiseWorker* worker) {
  requireGoingOn();
  const std::lock_guard lock(mutex_);
  unfinished_.insert(worker);
  ++held_;
}

void Operations::remove(PromiseWorker* worker) {
  const std::lock_guard lock(mutex_);
  unfinished_.erase(worker);
}

void Operations::letGo() {
  const std::lock_guard lock(mutex_);
  --held_;
  letGo_.notify_all();
}

void Operations::stop() {
  std::unique_lock lock(mutex_);
  stopped_ = true;
  // Workers are deleted on this thread alone, so the copies stay valid without the lock.
  const std::set<PromiseWorker*> workers = unfinished_;
  for (PromiseWorker* const worker : workers) worker->abort();
  lock.unlock();
  for (PromiseWorker* const worker : workers) {
    if (Conductors::instance().withdraw(worker)) worker->withdraw();
  }
  lock.lock();
  letGo_.wait(lock, [&] { return held_ == 0; });
}

PromiseWorker::PromiseWorker(Napi::Env env, std::shared_ptr<Control> control, Work work,
                             Finish finish)
    : operations_(operationsOf(env)),
      deferred_(Napi::Promise::Deferred::New(env)),
      control_(std::move(control)),
      work_(std::move(work)),
      finish_(std::move(finish)),
      completion_(Completion::New(
          env, "ntkit", 0, 1, this, [](Napi::Env, void*, PromiseWorker* worker) { delete worker; },
          static_cast<void*>(nullptr))) {}

Napi::Promise PromiseWorker::run(Napi::Env env, std::shared_ptr<Control> control, Work work,
                                 Finish finish) {
  auto* const worker =
      new PromiseWorker(env, std::move(control), std::move(work), std::move(finish));
  const Napi::Promise promise = worker->deferred_.Promise();
  try {
    worker->operations_->add(worker);
  } catch (const Error&) {
    worker->completion_.Release();  // its finalizer deletes the worker
    throw;
  }
  try {
    Conductors::instance().submit(worker);
  } catch (const std::bad_alloc&) {
    worker->withdraw();
  }
  return promise;
}

Napi::Promise PromiseWorker::runAtOnce(Napi::Env env, Control& control, const Work& work,
                                       const Finish& finish) {
  operationsOf(env)->requireGoingOn();
  const auto deferred = Napi::Promise::Deferred::New(env);
  settleWith(env, deferred, [&] {
    runAlone([&] { work(control); });
    return finish(env);
  });
  return deferred.Promise();
}

void PromiseWorker::conduct() noexcept {
  perform();
  handBack();
}

void PromiseWorker::withdraw() noexcept {
  fail(ErrorCode::kAborted, "The operation was aborted");
  work_ = nullptr;
  handBack();
}

void PromiseWorker::perform() noexcept {
  try {
    const OperationUnderWay underWay;
    control_->checkpoint();
    work_(*control_);
  } catch (...) {
    reportException([&](ErrorCode code, const char* message) { fail(code, message); });
  }
  work_ = nullptr;
}

void PromiseWorker::fail(ErrorCode code, const char* message) noexcept {
  failed_ = true;
  code_ = code;
  try {
    message_ = message;
  } catch (const std::bad_alloc&) {
    // The code has to say it alone.
  }
}

// After Release the worker may be deleted at any moment, so it leaves the set of those that can be
// stopped before; its context may end only after.
void PromiseWorker::handBack() noexcept {
  const std::shared_ptr<Operations> operations = operations_;
  Completion completion = completion_;
  operations->remove(this);
  if (completion.NonBlockingCall() != napi_closing) completion.Release();
  operations->letGo();
}

void PromiseWorker::onCompleted(Napi::Env env, Napi::Function, PromiseWorker* worker, void*) {
  // Without an environment the context has ended and nobody waits for the promise.
  if (env == nullptr) return;
  try {
    worker->settle(env);
  } catch (const Napi::Error&) {
    // The context is being terminated: nothing can be settled any more.
  }
}

void PromiseWorker::settle(Napi::Env env) {
  if (failed_) {
    deferred_.Reject(toJs(env, code_, message_).Value());
    return;
  }
  settleWith(env, deferred_, [&] { return finish_(env); });
}

void initializeOperations(Napi::Env env, Napi::Object exports) {
  auto* const data = new ContextData();
  env.SetInstanceData(data);
  env.AddCleanupHook([](Operations* operations) { operations->stop(); }, data->operations.get());
  exports.Set("stopOperations", Napi::Function::New(env, stopOperations, "stopOperations"));
}

}  // namespace ntkit::binding
