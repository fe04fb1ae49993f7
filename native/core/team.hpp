// Many short loops in one turn on the pool. Waking a thread costs tens of microseconds, which a
// loop over one column of a matrix does not have: a team is woken once and its members wait for
// the next loop by spinning.
//
// A team lasts some milliseconds (a panel of a factorisation), so that other operations get their
// turns between. Tasks are cut by shape, as those of parallelFor.
#pragma once

#include <atomic>
#include <exception>
#include <functional>

#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

class Team {
 public:
  explicit Team(Control& control) : control_(control) {}

  // Runs body(0) ... body(tasks - 1) on the members that are free, the caller among them, and
  // returns when all are done. Throws what a task threw, and ERR_ABORTED after an abort.
  void run(Index tasks, const std::function<void(Index)>& body);

 private:
  friend void withTeam(Control& control, const std::function<void(Team&)>& lead);
  static constexpr Index kEnded = -1;

  void help() noexcept;
  bool takeTask() noexcept;

  Control& control_;
  const std::function<void(Index)>* body_ = nullptr;
  Index tasks_ = 0;
  std::exception_ptr failure_;
  std::atomic_flag failed_;
  // Apart from each other and from the rest: each is written by one member and watched by others.
  alignas(64) std::atomic<Index> waiting_{0};
  alignas(64) std::atomic<Index> finished_{0};
};

// Runs lead(team) on one thread of the pool while the other threads help with the loops that it
// starts. Between its loops the lead should do little: helpers wait at full speed.
void withTeam(Control& control, const std::function<void(Team&)>& lead);

}  // namespace ntkit
