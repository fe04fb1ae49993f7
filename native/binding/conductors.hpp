// The threads that conduct operations: each takes one worker at a time from a queue, runs its
// serial parts and waits for the pool during the rest. They are made when needed, up to a bound,
// and shared by all JavaScript contexts of the process; an operation beyond the bound waits in the
// queue.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>

namespace ntkit::binding {

class PromiseWorker;

class Conductors {
 public:
  static Conductors& instance();

  void submit(PromiseWorker* worker);

  // Takes a worker out of the queue; false when a conductor has it, or had it.
  bool withdraw(PromiseWorker* worker);

 private:
  void start();
  void run();

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<PromiseWorker*> queue_;
  int threads_ = 0;
  int idle_ = 0;
};

}  // namespace ntkit::binding
