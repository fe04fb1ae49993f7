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

Team::Team(Control& control, Index members)
    : control_(control),
      shares_(members),
      joined_(std::make_unique<std::atomic_flag[]>(static_cast<std::size_t>(members))) {}

void Team::run(Index tasks, const std::function<void(Index)>& body) {
  control_.checkpoint();
  if (tasks <= 0) return;
  body_ = &body;
  finished_.store(0, std::memory_order_relaxed);
  shares_.fill(tasks);
  loops_.fetch_add(1, std::memory_order_release);
  work(leader_);
  for (Patience patience; finished_.load(std::memory_order_acquire) < tasks;) patience.wait();
  if (failure_) std::rethrow_exception(failure_);
}

// The member that a thread becomes: that of its number, where it is free.
Index Team::join() noexcept {
  Index member = numberOfThisThread() % shares_.members();
  while (joined_[static_cast<std::size_t>(member)].test_and_set()) {
    member = (member + 1) % shares_.members();
  }
  return member;
}

void Team::lead(const std::function<void(Team&)>& work) {
  leader_ = join();
  struct End {
    Team& team;
    ~End() { team.ended_.store(true, std::memory_order_relaxed); }
  } end{*this};
  work(*this);
}

void Team::help() noexcept {
  const Index member = join();
  Index seen = 0;
  for (Patience patience; !ended_.load(std::memory_order_relaxed);) {
    const Index loops = loops_.load(std::memory_order_acquire);
    if (loops == seen) {
      patience.wait();
      continue;
    }
    seen = loops;
    work(member);
    patience = {};
  }
}

void Team::work(Index member) noexcept {
  for (Index task = shares_.take(member); task >= 0; task = shares_.take(member)) {
    // The task is counted: body_ is that of its loop until it has finished.
    try {
      (*body_)(task);
    } catch (...) {
      if (!failed_.test_and_set()) failure_ = std::current_exception();
    }
    finished_.fetch_add(1, std::memory_order_release);
  }
}

void withTeam(Control& control, const std::function<void(Team&)>& lead) {
  const Index members = threads();
  Team team(control, members);
  std::atomic_flag led;
  parallelFor(control, members, [&](Index) {
    if (led.test_and_set()) {
      team.help();
    } else {
      team.lead(lead);
    }
  });
}

}  // namespace ntkit
