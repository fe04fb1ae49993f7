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

// Threads are numbered as they first work in a team.
Index numberOfThisThread() noexcept {
  static std::atomic<Index> threads{0};
  thread_local const Index number = threads.fetch_add(1, std::memory_order_relaxed);
  return number;
}

}  // namespace

Team::Team(Control& control, int members)
    : control_(control),
      members_(members),
      parts_(std::make_unique<Part[]>(static_cast<std::size_t>(members))) {}

void Team::run(Index tasks, const std::function<void(Index)>& body) {
  control_.checkpoint();
  if (tasks <= 0) return;
  body_ = &body;
  finished_.store(0, std::memory_order_relaxed);
  const auto start = [&](Index member) {
    return static_cast<std::uint32_t>(tasks * member / members_);
  };
  for (Index m = 0; m < members_; ++m) {
    parts_[static_cast<std::size_t>(m)].left.store({start(m), start(m + 1)},
                                                   std::memory_order_release);
  }
  loops_.fetch_add(1, std::memory_order_release);
  work(leader_);
  for (Patience patience; finished_.load(std::memory_order_acquire) < tasks;) patience.wait();
  if (failure_) std::rethrow_exception(failure_);
}

// The part of a new member: that of its thread's number, where it is free.
Index Team::join() noexcept {
  Index part = numberOfThisThread() % members_;
  while (parts_[static_cast<std::size_t>(part)].taken.test_and_set()) part = (part + 1) % members_;
  return part;
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
  const Index own = join();
  Index seen = 0;
  for (Patience patience; !ended_.load(std::memory_order_relaxed);) {
    const Index loops = loops_.load(std::memory_order_acquire);
    if (loops == seen) {
      patience.wait();
      continue;
    }
    seen = loops;
    work(own);
    patience = {};
  }
}

// All tasks of the own part, then those that are left of the others'.
void Team::work(Index own) noexcept {
  for (Index m = 0; m < members_; ++m) {
    Part& part = parts_[static_cast<std::size_t>((own + m) % members_)];
    while (takeTask(part, m == 0)) {
    }
  }
}

bool Team::takeTask(Part& part, bool own) noexcept {
  Range left = part.left.load(std::memory_order_relaxed), rest{};
  do {
    if (left.begin >= left.end) return false;
    rest = own ? Range{left.begin + 1, left.end} : Range{left.begin, left.end - 1};
  } while (!part.left.compare_exchange_weak(left, rest, std::memory_order_acquire,
                                            std::memory_order_relaxed));
  // The task is counted: body_ is that of its loop until it has finished.
  try {
    (*body_)(own ? left.begin : rest.end);
  } catch (...) {
    if (!failed_.test_and_set()) failure_ = std::current_exception();
  }
  finished_.fetch_add(1, std::memory_order_release);
  return true;
}

void withTeam(Control& control, const std::function<void(Team&)>& lead) {
  const int members = threads();
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
