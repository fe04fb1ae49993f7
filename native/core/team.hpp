// Many short loops in one turn on the pool. Waking a thread costs tens of microseconds, which a
// loop over one column of a matrix does not have: a team is woken once and its members wait for
// the next loop by spinning.
//
// Each member begins with its own part of a loop's tasks, the same in every loop and every team,
// and then helps the others with the ends of theirs. Loops over one matrix so find its rows in the
// cache of the core that had them before: cores without a common cache fetch them from each other
// (on two of them eigenvalues of order 2000 took 1.4 times as long).
//
// A team lasts some milliseconds (a panel of a factorisation), so that other operations get their
// turns between. Tasks are cut by shape, as those of parallelFor.
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <memory>

#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

class Team {
 public:
  Team(Control& control, int members);

  // Runs body(0) ... body(tasks - 1) on the members that are free, the caller among them, and
  // returns when all are done. Throws what a task threw, and ERR_ABORTED after an abort.
  void run(Index tasks, const std::function<void(Index)>& body);

 private:
  friend void withTeam(Control& control, const std::function<void(Team&)>& lead);

  // The tasks of one member's part that nobody has taken: from `begin`, which is the member's own
  // end, to `end`, which is that of the others.
  struct Range {
    std::uint32_t begin, end;
  };
  // Apart from each other: each is written by few and watched by others.
  struct alignas(64) Part {
    std::atomic<Range> left{Range{0, 0}};
    std::atomic_flag taken;  // by a member
  };

  Index join() noexcept;
  void lead(const std::function<void(Team&)>& work);
  void help() noexcept;
  void work(Index own) noexcept;
  bool takeTask(Part& part, bool own) noexcept;

  Control& control_;
  const Index members_;
  const std::unique_ptr<Part[]> parts_;
  Index leader_ = 0;
  const std::function<void(Index)>* body_ = nullptr;
  std::exception_ptr failure_;
  std::atomic_flag failed_;
  // Loops started, and whether there will be no more.
  alignas(64) std::atomic<Index> loops_{0};
  std::atomic<bool> ended_{false};
  alignas(64) std::atomic<Index> finished_{0};
};

// Runs lead(team) on one thread of the pool while the other threads help with the loops that it
// starts. Between its loops the lead should do little: helpers wait at full speed.
void withTeam(Control& control, const std::function<void(Team&)>& lead);

}  // namespace ntkit
