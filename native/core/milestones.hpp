// Tasks that build on one another without a barrier between them. They are numbered so that each
// comes after those it waits for; parallelFor starts them in that order, so the earliest unfinished
// task never waits and the rest follow. What a task has done is a count that others wait for.
#pragma once

#include <atomic>
#include <exception>
#include <memory>
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
    counts_[static_cast<std::size_t>(which)].fetch_add(1, std::memory_order_acq_rel);
  }

  // Returns once the count is at least `value`; throws when the operation is aborted or a task that
  // would have raised it has failed.
  void await(Index which, Index value, const Control& control) const {
    const std::atomic<Index>& count = counts_[static_cast<std::size_t>(which)];
    constexpr int kSpins = 64;
    for (int spin = 0; count.load(std::memory_order_acquire) < value; ++spin) {
      control.checkpoint();
      if (failed_.load(std::memory_order_relaxed)) throw Abandoned{};
      if (spin > kSpins) std::this_thread::yield();
    }
  }

  // parallelFor for tasks that await and reach milestones: one that fails releases the others, and
  // its exception is rethrown. A task that was released may end before it does, so that parallelFor
  // may have kept the released one's: the first failure is kept here.
  template <class Body>
  void run(Control& control, Index tasks, const Body& body) {
    try {
      parallelFor(control, tasks, [&](Index task) {
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

  std::unique_ptr<std::atomic<Index>[]> counts_;
  std::atomic<bool> failed_{false};
  std::exception_ptr failure_;
};

}  // namespace ntkit
