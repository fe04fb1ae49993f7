// Many short loops in one turn on the pool. Waking a thread costs tens of microseconds, which a
// loop over one column of a matrix does not have: a team is woken once and its members wait for
// the next loop by spinning.
//
// Each member begins with its own part of a loop's tasks, the same in every loop and every team
// (shares.hpp).
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
#include "shares.hpp"

namespace ntkit {

class Team {
 public:
  Team(Control& control, Index members);

  // Runs body(0) ... body(tasks - 1) on the members that are free, the caller among them, and
  // returns when all are done. Throws what a task threw, and ERR_ABORTED after an abort.
  void run(Index tasks, const std::function<void(Index)>& body);

 private:
  friend void withTeam(Control& control, const std::function<void(Team&)>& lead);

  Index join() noexcept;
  void lead(const std::function<void(Team&)>& work);
  void help() noexcept;
  void work(Index member) noexcept;

  Control& control_;
  Shares shares_;
  const std::unique_ptr<std::atomic_flag[]> joined_;  // a member each
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
