#include "milestones.hpp"

#include <atomic>

#include "check.hpp"
#include "threads_of.hpp"

namespace ntkit {
namespace {

using test::ThreadsOf;

TEST(tasksSeeWhatThoseTheyAwaitHaveWritten) {
  for (const int count : {1, 2, 4}) {
    const ThreadsOf pool(count);
    Control control;
    constexpr Index kTasks = 200;
    Milestones written(kTasks);
    Index values[kTasks] = {};
    written.run(control, kTasks, [&](Index task) {
      if (task > 0) {
        written.await(task - 1, 1, control);
        values[task] = values[task - 1] + 1;
      }
      written.reach(task);
    });
    CHECK_EQUAL(values[kTasks - 1], kTasks - 1);
  }
}

struct Failed {
  Index task;
};

// A released task may end before the one that failed, and in so many runs one does.
TEST(theFailureIsRethrownAndNotWhatReleasesTheOthers) {
  for (const int count : {1, 2, 4}) {
    const ThreadsOf pool(count);
    for (int run = 0; run < 5000; ++run) {
      Control control;
      Milestones reached(1);
      Index failed = -1;
      try {
        reached.run(control, 4, [&](Index task) {
          if (task == 0) throw Failed{task};
          reached.await(0, 1, control);
        });
      } catch (const Failed& failure) {
        failed = failure.task;
      }
      CHECK_EQUAL(failed, 0);
    }
  }
}

TEST(anAbortReleasesThoseThatWait) {
  const ThreadsOf pool(4);
  for (int run = 0; run < 500; ++run) {
    Control control;
    Milestones reached(1);
    CHECK_ERROR(ErrorCode::kAborted, "aborted", reached.run(control, 4, [&](Index task) {
      if (task == 0) control.abort();
      reached.await(0, 1, control);
    }));
  }
}

}  // namespace
}  // namespace ntkit
