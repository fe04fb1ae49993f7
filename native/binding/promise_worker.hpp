// The one asynchronous worker: runs `work` off JavaScript's thread and settles a promise with what
// `finish` makes.
//
// Threads. `work` runs on a conductor (conductors.hpp), not on one of libuv's four threads: numeric
// work never keeps files or DNS waiting. The conductor mostly waits for the pool of
// core/parallel.hpp, where the arithmetic runs.
//
// Lifetimes. `work` may own plain memory only and is destroyed on the conductor; `finish` may hold
// Node-API references and is run and destroyed on JavaScript's thread. A worker is deleted by the
// finalizer of its thread-safe function, on JavaScript's thread, after the conductor has let go of
// it. When a JavaScript context ends (a worker thread is terminated, the process exits),
// Operations::stop aborts its workers and waits until no conductor touches them: for a tile's time.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "../core/control.hpp"
#include "napi_setup.hpp"

namespace ntkit::binding {

class PromiseWorker;

// The unfinished workers of one JavaScript context.
class Operations {
 public:
  // Throws ERR_ABORTED once stopped: a context that ends starts nothing. Like stop, on JavaScript's
  // thread alone.
  void requireGoingOn() const;
  void add(PromiseWorker* worker);
  // The worker's work has ended: there is nothing left to stop, and it may be deleted from now on.
  void remove(PromiseWorker* worker);
  // The conductor has let go of a removed worker and of its context.
  void letGo();
  // Aborts what runs, and waits until every conductor has let go.
  void stop();

 private:
  std::mutex mutex_;
  std::condition_variable letGo_;
  std::set<PromiseWorker*> unfinished_;
  std::int64_t held_ = 0;
  bool stopped_ = false;
};

class PromiseWorker {
 public:
  using Work = std::function<void(Control&)>;
  using Finish = std::function<Napi::Value(Napi::Env)>;

  static Napi::Promise run(Napi::Env env, std::shared_ptr<Control> control, Work work,
                           Finish finish);

  // The same for brief work: it is done at once, on JavaScript's thread.
  static Napi::Promise runAtOnce(Napi::Env env, Control& control, const Work& work,
                                 const Finish& finish);

  // On a conductor: does the work and hands the worker back to JavaScript's thread.
  void conduct() noexcept;
  // In place of conduct, for a worker that no conductor has taken.
  void withdraw() noexcept;
  void abort() noexcept { control_->abort(); }

 private:
  PromiseWorker(Napi::Env env, std::shared_ptr<Control> control, Work work, Finish finish);

  static void onCompleted(Napi::Env env, Napi::Function, PromiseWorker* worker, void*);
  using Completion = Napi::TypedThreadSafeFunction<PromiseWorker, void, onCompleted>;

  void perform() noexcept;
  void fail(ErrorCode code, const char* message) noexcept;
  void handBack() noexcept;
  void settle(Napi::Env env);

  std::shared_ptr<Operations> operations_;
  Napi::Promise::Deferred deferred_;
  std::shared_ptr<Control> control_;
  Work work_;
  Finish finish_;
  Completion completion_;
  bool failed_ = false;
  ErrorCode code_ = ErrorCode::kInternal;
  std::string message_;
};

// Makes the context's Operations, stopped when the context ends. Called once a context, at load.
void initializeOperations(Napi::Env env, Napi::Object exports);

}  // namespace ntkit::binding
