// Tasks that build on one another without a barrier between them. They are numbered so that each
// comes after those it waits for; parallelInOrder starts them in that order, so the earliest
// unfinished task never waits and the rest follow. What a task has done is a count that others wait
// for.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>

#include "parallel.hpp"

namespace ntkit {

// Counts that only grow, one for each thing that tasks wait for.
class Milestones {
 public:
  explicit Milestones(Index count)
      : counts_(std::make_unique<std::atomic<Index>[]>(static_cast<std::size_t>(count))) {}

  // What was written before is seen by those who waited for it.
  void reach(Index which) noexcept {
    // Of this and asleep_, which a thread raises before it looks at the count once more and sleeps,
    // one is seen by the other side.
    counts_[static_cast<std::size_t>(which)].fetch_add(1, std::memory_order_seq_cst);
    if (asleep_.load(std::memory_order_seq_cst) == 0) return;
    const std::lock_guard lock(mutex_);
    reached_.notify_all();
  }

  // Returns the count once it is at least `value`; throws when the operation is aborted or a task
  // that would have raised it has failed.
  Index await(Index which, Index value, const Control& control) const {
    const std::atomic<Index>& count = counts_[static_cast<std::size_t>(which)];
    Index reached = 0;
    const auto waits = [&] {
      reached = count.load(std::memory_order_seq_cst);
      return reached < value;
    };
    if (!waits()) return reached;
    const auto end = std::chrono::steady_clock::now() + kSpin;
    for (bool late = false; waits(); late = std::chrono::steady_clock::now() >= end) {
      control.checkpoint();
      if (failed_.load(std::memory_order_relaxed)) throw Abandoned{};
      if (late) {
        sleep(waits);
      } else {
        std::this_thread::yield();
      }
    }
    return reached;
  }

  // parallelInOrder for tasks that await and reach milestones: one that fails releases the others,
  // and its exception is rethrown. A task that was released may end before it does, so that the
  // loop may have kept the released one's: the first failure is kept here.
  template <class Body>
  void run(Control& control, Index tasks, const Body& body) {
    try {
      parallelInOrder(control, tasks, [&](Index task) {
        try {
          body(task);
        } catch (const Abandoned&) {
          throw;
        } catch (...) {
          if (!failed_.exchange(true)) failure_ = std::current_exception();
          throw;
        }
      });
    } catch (const Abandoned&) {
      // All tasks have ended, among them the one that set it.
      std::rethrow_exception(failure_);
    }
  }

 private:
  struct Abandoned {};  // what a released task throws

  // Longer than a task takes. What is later was taken off its core by another program, which a
  // thread that looks on would only help: it takes its own turns and computes nothing in them.
  static constexpr auto kSpin = std::chrono::microseconds(200);
  // Between two looks at an abort.
  static constexpr auto kNap = std::chrono::milliseconds(1);

  template <class Waits>
  void sleep(const Waits& waits) const {
    std::unique_lock lock(mutex_);
    asleep_.fetch_add(1, std::memory_order_seq_cst);
    if (waits()) reached_.wait_for(lock, kNap);
    asleep_.fetch_sub(1, std::memory_order_seq_cst);
  }

  std::unique_ptr<std::atomic<Index>[]> counts_;
  mutable std::mutex mutex_;
  mutable std::condition_variable reached_;
  mutable std::atomic<int> asleep_{0};
  std::atomic<bool> failed_{false};
  std::exception_ptr failure_;
};

}  // namespace ntkit
