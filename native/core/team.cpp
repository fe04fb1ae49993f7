#include "team.hpp"

#include <thread>

#include "parallel.hpp"

namespace ntkit {
namespace {

// Spins, and lets others have the core once it has taken long.
class Patience {
 public:
  void wait() noexcept {
    if (++spins_ > kSpins) {
      std::this_thread::yield();
      return;
    }
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
  }

 private:
  static constexpr int kSpins = 2000;
  int spins_ = 0;
};

}  // namespace

void Team::run(Index tasks, const std::function<void(Index)>& body) {
  control_.checkpoint();
  if (tasks <= 0) return;
  body_ = &body;
  tasks_ = tasks;
  finished_.store(0, std::memory_order_relaxed);
  waiting_.store(tasks, std::memory_order_release);
  while (takeTask()) {
  }
  for (Patience patience; finished_.load(std::memory_order_acquire) < tasks;) patience.wait();
  if (failure_) std::rethrow_exception(failure_);
}

void Team::help() noexcept {
  Patience patience;
  while (waiting_.load(std::memory_order_relaxed) != kEnded) {
    if (takeTask()) {
      patience = {};
    } else {
      patience.wait();
    }
  }
}

bool Team::takeTask() noexcept {
  Index waiting = waiting_.load(std::memory_order_relaxed);
  do {
    if (waiting <= 0) return false;
  } while (!waiting_.compare_exchange_weak(waiting, waiting - 1, std::memory_order_acquire,
                                           std::memory_order_relaxed));
  // The task is counted: body_ and tasks_ are those of its loop until it has finished.
  try {
    (*body_)(tasks_ - waiting);
  } catch (...) {
    if (!failed_.test_and_set()) failure_ = std::current_exception();
  }
  finished_.fetch_add(1, std::memory_order_release);
  return true;
}

void withTeam(Control& control, const std::function<void(Team&)>& lead) {
  Team team(control);
  std::atomic_flag led;
  parallelFor(control, threads(), [&](Index) {
    if (led.test_and_set()) {
      team.help();
      return;
    }
    struct End {
      Team& team;
      ~End() { team.waiting_.store(Team::kEnded, std::memory_order_relaxed); }
    } end{team};
    lead(team);
  });
}

}  // namespace ntkit
