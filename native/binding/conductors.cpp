#include "conductors.hpp"

#include <algorithm>
#include <system_error>

#include "../core/threads.hpp"
#include "promise_worker.hpp"

namespace ntkit::binding {
namespace {

// Enough for every operation that could share the cores with profit; each costs a stack.
constexpr int kMaxConductors = 32;

}  // namespace

// Leaked on purpose: conductors may wait on it while the process exits.
Conductors& Conductors::instance() {
  static Conductors* const conductors = new Conductors();
  return *conductors;
}

void Conductors::submit(PromiseWorker* worker) {
  std::unique_lock lock(mutex_);
  queue_.push_back(worker);
  if (idle_ < static_cast<int>(queue_.size()) && threads_ < kMaxConductors) start();
  const bool conducted = threads_ > 0;
  if (!conducted) queue_.pop_back();
  lock.unlock();
  arrived_.notify_one();
  // The system gave not one thread: slow is better than never.
  if (!conducted) worker->conduct();
}

bool Conductors::withdraw(PromiseWorker* worker) {
  const std::lock_guard lock(mutex_);
  return std::erase(queue_, worker) > 0;
}

void Conductors::start() {
  try {
    startDetached([this] { run(); });
    ++threads_;
  } catch (const std::system_error&) {
    // Those there are will come round to it.
  }
}

void Conductors::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    arrived_.wait(lock, [&] { return !queue_.empty(); });
    --idle_;
    PromiseWorker* const worker = queue_.front();
    queue_.pop_front();
    lock.unlock();
    worker->conduct();
    lock.lock();
  }
}

}  // namespace ntkit::binding
