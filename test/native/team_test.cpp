#include "team.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include "check.hpp"
#include "threads_of.hpp"

namespace ntkit {
namespace {

using test::ThreadsOf;

TEST(a_team_runs_each_task_of_each_loop_once) {
  for (const int count : {1, 2, 3, 8}) {
    const ThreadsOf pool(count);
    Control control;
    std::atomic<int> wrong{0};
    withTeam(control, [&](Team& team) {
      for (Index loop = 0; loop < 2000; ++loop) {
        constexpr Index kMost = 11;
        const Index tasks = loop % (kMost + 1);
        std::vector<std::atomic<int>> runs(kMost);
        team.run(tasks, [&](Index task) { ++runs[static_cast<std::size_t>(task)]; });
        for (Index task = 0; task < kMost; ++task) {
          wrong += runs[static_cast<std::size_t>(task)] != (task < tasks ? 1 : 0);
        }
      }
    });
    CHECK_EQUAL(wrong.load(), 0);
  }
}

// Whoever has the first task stays in it until all others are done: those of its part too.
TEST(members_of_a_team_help_one_that_is_late) {
  const ThreadsOf pool(2);
  Control control;
  withTeam(control, [&](Team& team) {
    constexpr int kTasks = 64;
    std::atomic<int> started{0}, done{0};
    team.run(kTasks, [&](Index) {
      if (started.fetch_add(1) == 0) {
        while (done.load() < kTasks - 1) std::this_thread::yield();
      }
      done.fetch_add(1);
    });
    CHECK_EQUAL(done.load(), kTasks);
  });
}

TEST(a_team_passes_on_what_a_task_throws_and_an_abort) {
  Control control;
  CHECK_ERROR(ErrorCode::kInternal, "planted", withTeam(control, [](Team& team) {
                team.run(64, [](Index task) {
                  if (task == 40) throw Error(ErrorCode::kInternal, "planted");
                });
              }));
  CHECK_ERROR(ErrorCode::kAborted, "aborted", withTeam(control, [&](Team& team) {
                for (;;) team.run(3, [&](Index) { control.abort(); });
              }));
}

}  // namespace
}  // namespace ntkit
