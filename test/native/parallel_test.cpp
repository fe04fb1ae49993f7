#include "parallel.hpp"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include "check.hpp"
#include "cores.hpp"
#include "threads_of.hpp"

namespace ntkit {
namespace {

using test::ThreadsOf;
using Counts = std::vector<std::atomic<int>>;

bool allAre(const Counts& counts, int expected) {
  for (const auto& count : counts) {
    if (count != expected) return false;
  }
  return true;
}

TEST(everyTaskRunsOnce) {
  for (const int count : {1, 2, 4, 7}) {
    const ThreadsOf pool(count);
    CHECK_EQUAL(threads(), count);
    for (const Index tasks : {0, 1, 2, 7, 1000}) {
      Control control;
      Counts counts(static_cast<std::size_t>(tasks));
      parallelFor(control, tasks, [&](Index i) { ++counts[static_cast<std::size_t>(i)]; });
      CHECK(allAre(counts, 1));
    }
  }
}

TEST(blocksCoverTheRangeOnce) {
  for (const Index size : {0, 1, 63, 64, 65, 1000}) {
    Control control;
    Counts counts(static_cast<std::size_t>(size));
    parallelBlocks(control, size, 64, [&](Index first, Index count) {
      CHECK(count >= 1 && count <= 64 && first % 64 == 0);
      for (Index i = first; i < first + count; ++i) ++counts[static_cast<std::size_t>(i)];
    });
    CHECK(allAre(counts, 1));
    CHECK_EQUAL(blockCount(size, 64), (size + 63) / 64);
  }
}

TEST(atMostThatManyTasksRunAtOnce) {
  const ThreadsOf pool(3);
  std::atomic<int> running{0}, most{0};
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&] {
      Control control;
      parallelFor(control, 60, [&](Index) {
        const int now = ++running;
        int seen = most;
        while (seen < now && !most.compare_exchange_weak(seen, now)) {
        }
        std::this_thread::sleep_for(std::chrono::microseconds(200));
        --running;
      });
    });
  }
  for (auto& caller : callers) caller.join();
  CHECK(most <= 3);
  CHECK(most >= 2);
}

TEST(theFirstExceptionIsRethrownAndTheRestSkipped) {
  for (const int count : {1, 4}) {
    const ThreadsOf pool(count);
    Control control;
    std::atomic<int> started{0}, ended{0};
    bool thrown = false;
    try {
      parallelFor(control, 10000, [&](Index i) {
        ++started;
        if (i == 5) throw std::out_of_range("task 5");
        std::this_thread::sleep_for(std::chrono::microseconds(100));
        ++ended;
      });
    } catch (const std::out_of_range& error) {
      thrown = std::string(error.what()) == "task 5";
    }
    CHECK(thrown);
    // Running tasks have ended, all but the one that threw; most were never started.
    CHECK_EQUAL(started - ended, 1);
    CHECK(started < 1000);
  }
}

TEST(everyTaskMayThrow) {
  Control control;
  for (int repetition = 0; repetition < 20; ++repetition) {
    bool thrown = false;
    try {
      parallelFor(control, 50, [](Index i) { throw static_cast<int>(i); });
    } catch (const int task) {
      thrown = task >= 0 && task < 50;
    }
    CHECK(thrown);
  }
}

TEST(anAbortIsSeenBeforeTheFirstTask) {
  Control control;
  control.abort();
  int ran = 0;
  CHECK_ERROR(ErrorCode::kAborted, "aborted", parallelFor(control, 10, [&](Index) { ++ran; }));
  CHECK_ERROR(ErrorCode::kAborted, "aborted", runOnPool(control, [&] { ++ran; }));
  CHECK_EQUAL(ran, 0);
}

TEST(anAbortIsSeenBetweenTasks) {
  for (const int count : {1, 4}) {
    const ThreadsOf pool(count);
    Control control;
    std::atomic<int> ran{0};
    CHECK_ERROR(ErrorCode::kAborted, "aborted", parallelFor(control, 10000, [&](Index i) {
                  ++ran;
                  if (i == 20) control.abort();
                }));
    CHECK(ran >= 1);
    CHECK(ran < 10000);
  }
}

TEST(nestedLoopsRunInlineInOrder) {
  const ThreadsOf pool(4);
  Control control;
  std::atomic<int> inner{0};
  parallelFor(control, 20, [&](Index) {
    const auto thread = std::this_thread::get_id();
    Index next = 0;
    parallelFor(control, 10, [&](Index i) {
      CHECK(std::this_thread::get_id() == thread);
      CHECK_EQUAL(i, next);
      ++next;
      runOnPool(control, [&] {
        CHECK(std::this_thread::get_id() == thread);
        ++inner;
      });
    });
  });
  CHECK_EQUAL(inner.load(), 200);
}

TEST(nestedLoopsPassOnExceptionsAndAborts) {
  Control control;
  CHECK_ERROR(ErrorCode::kInternal, "inner", parallelFor(control, 4, [&](Index) {
                parallelFor(control, 4, [](Index i) {
                  if (i == 2) throw Error(ErrorCode::kInternal, "inner");
                });
              }));
  std::atomic<int> ran{0};
  CHECK_ERROR(ErrorCode::kAborted, "aborted", runOnPool(control, [&] {
                parallelFor(control, 100, [&](Index i) {
                  ++ran;
                  if (i == 3) control.abort();
                });
              }));
  CHECK_EQUAL(ran.load(), 4);
}

TEST(callersDoNotDisturbEachOther) {
  const ThreadsOf pool(4);
  std::vector<std::thread> callers;
  std::vector<long> sums(8, 0);
  for (std::size_t caller = 0; caller < sums.size(); ++caller) {
    callers.emplace_back([&sums, caller] {
      for (int loop = 0; loop < 50; ++loop) {
        Control control;
        std::atomic<long> sum{0};
        // Every second caller fails in the middle of each loop.
        try {
          parallelFor(control, 100, [&](Index i) {
            if (caller % 2 == 1 && i == 50) throw std::runtime_error("odd caller");
            sum += i;
          });
          CHECK_EQUAL(caller % 2, 0u);
        } catch (const std::runtime_error&) {
          CHECK_EQUAL(caller % 2, 1u);
        }
        sums[caller] += sum;
      }
    });
  }
  for (auto& caller : callers) caller.join();
  for (std::size_t caller = 0; caller < sums.size(); caller += 2) {
    CHECK_EQUAL(sums[caller], 50L * 4950);
  }
}

TEST(threadsComeAndGoUnderLoad) {
  const ThreadsOf pool(4);
  std::atomic<bool> done{false};
  std::thread changer([&] {
    for (int step = 0; !done; ++step) {
      setThreads(1 + step % 8);
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
  });
  for (int loop = 0; loop < 300; ++loop) {
    Control control;
    Counts counts(64);
    parallelFor(control, 64, [&](Index i) { ++counts[static_cast<std::size_t>(i)]; });
    CHECK(allAre(counts, 1));
  }
  done = true;
  changer.join();
}

TEST(roundsFollowEachOtherAndSeeWhatWasWritten) {
  for (const int count : {1, 2, 4}) {
    const ThreadsOf pool(count);
    Control control;
    std::vector<long> values(37, 0);
    long sum = 0, rounds = 0;
    parallelRounds(
        control, 37, [&](Index i) { values[static_cast<std::size_t>(i)] += rounds + 1; },
        [&] {
          sum = 0;
          for (const long value : values) sum += value;
          return ++rounds < 500;
        });
    CHECK_EQUAL(rounds, 500L);
    CHECK_EQUAL(sum, 37L * 500 * 501 / 2);
  }
}

// Each round's two tasks wait for each other, so that two threads take one each; the thread that
// ends a round, now the one and now the other, is the first to look for the next.
TEST(everyRoundGivesAThreadTheTaskOfTheRoundBefore) {
  const ThreadsOf pool(2);
  for (int loop = 0; loop < 20; ++loop) {
    Control control;
    std::atomic<int> started{0};
    std::thread::id first[2];
    std::atomic<int> changed{0};
    int round = 0;
    parallelRounds(
        control, 2,
        [&](Index task) {
          ++started;
          while (started < 2 * (round + 1)) std::this_thread::yield();
          const std::thread::id self = std::this_thread::get_id();
          if (round == 0) first[task] = self;
          if (first[task] != self) ++changed;
          if (task == round % 2) std::this_thread::sleep_for(std::chrono::microseconds(50));
        },
        [&] { return ++round < 50; });
    CHECK_EQUAL(changed.load(), 0);
  }
}

TEST(tasksInOrderStartInTheirOrder) {
  const ThreadsOf pool(3);
  Control control;
  std::atomic<Index> next{0};
  std::atomic<int> early{0};
  parallelInOrder(control, 2000, [&](Index task) {
    // Of the tasks before it those that two other threads have just taken may not be here yet.
    if (next.fetch_add(1) < task - 2) ++early;
  });
  CHECK_EQUAL(early.load(), 0);
}

TEST(roundsInsideATaskRunInline) {
  Control control;
  int ran = 0, rounds = 0;
  runOnPool(control, [&] {
    parallelRounds(
        control, 5, [&](Index) { ++ran; }, [&] { return ++rounds < 3; });
  });
  CHECK_EQUAL(ran, 15);
}

TEST(roundsEndByExceptionsAndAborts) {
  for (const int count : {1, 4}) {
    const ThreadsOf pool(count);
    Control control;
    int rounds = 0;
    const auto task = [&](Index i) {
      if (rounds == 3 && i == 2) throw Error(ErrorCode::kInternal, "task");
    };
    CHECK_ERROR(ErrorCode::kInternal, "task",
                parallelRounds(control, 5, task, [&] { return ++rounds > 0; }));
    CHECK_EQUAL(rounds, 3);
    CHECK_ERROR(ErrorCode::kInternal, "between",
                parallelRounds(
                    control, 5, [](Index) {},
                    [&]() -> bool { throw Error(ErrorCode::kInternal, "between"); }));
    std::atomic<int> ended{0};
    CHECK_ERROR(ErrorCode::kAborted, "aborted",
                parallelRounds(
                    control, 5, [](Index) {},
                    [&] {
                      if (++ended == 10) control.abort();
                      return true;
                    }));
    CHECK_EQUAL(ended.load(), 10);
  }
}

TEST(roundsShareThePool) {
  const ThreadsOf pool(3);
  std::vector<std::thread> callers;
  std::atomic<int> done{0};
  for (int caller = 0; caller < 6; ++caller) {
    callers.emplace_back([&] {
      Control control;
      int rounds = 0;
      std::atomic<int> ran{0};
      parallelRounds(
          control, 7, [&](Index) { ++ran; }, [&] { return ++rounds < 200; });
      if (ran == 1400) ++done;
    });
  }
  for (auto& caller : callers) caller.join();
  CHECK_EQUAL(done.load(), 6);
}

TEST(threadsComeAndGoDuringRounds) {
  const ThreadsOf pool(4);
  std::atomic<bool> done{false};
  std::thread changer([&] {
    for (int step = 0; !done; ++step) {
      setThreads(1 + step % 8);
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
  });
  Control control;
  int rounds = 0;
  std::atomic<long> ran{0};
  parallelRounds(
      control, 9, [&](Index) { ++ran; }, [&] { return ++rounds < 3000; });
  done = true;
  changer.join();
  CHECK_EQUAL(ran.load(), 27000L);
}

TEST(aLoopApartRunsItsOwnTasksAlone) {
  for (const int count : {1, 3}) {
    const ThreadsOf pool(count);
    std::atomic<bool> stop{false};
    std::atomic<int> foreign{0};
    const auto apart = std::this_thread::get_id();
    // Another operation keeps every thread of the pool busy.
    std::thread other([&] {
      Control control;
      parallelRounds(
          control, 8,
          [&](Index) {
            if (std::this_thread::get_id() == apart) ++foreign;
            std::this_thread::sleep_for(std::chrono::microseconds(100));
          },
          [&] { return !stop.load(); });
    });
    constexpr Index kLarge = Index{1} << 30;
    for (int loop = 0; loop < 50; ++loop) {
      Counts counts(20);
      parallelApart(20, kLarge, [&](Index i) { ++counts[static_cast<std::size_t>(i)]; });
      CHECK(allAre(counts, 1));
    }
    stop = true;
    other.join();
    CHECK_EQUAL(foreign.load(), 0);
    bool thrown = false;
    try {
      parallelApart(20, kLarge, [](Index i) {
        if (i == 7) throw std::out_of_range("task 7");
      });
    } catch (const std::out_of_range&) {
      thrown = true;
    }
    CHECK(thrown);
  }
}

TEST(workAloneStaysOnItsThreadAndLeavesThePoolToTheNextLoop) {
  const ThreadsOf pool(3);
  const auto caller = std::this_thread::get_id();
  Control control;
  Counts counts(20);
  runAlone([&] {
    parallelFor(control, 20, [&](Index i) {
      CHECK(std::this_thread::get_id() == caller);
      ++counts[static_cast<std::size_t>(i)];
    });
  });
  CHECK(allAre(counts, 1));
  bool thrown = false;
  try {
    runAlone([] { throw std::out_of_range("alone"); });
  } catch (const std::out_of_range&) {
    thrown = true;
  }
  CHECK(thrown);
  // Two tasks that wait for each other end on two threads alone.
  std::atomic<int> met{0};
  parallelFor(control, 2, [&](Index) {
    ++met;
    while (met < 2) std::this_thread::yield();
  });
  CHECK_EQUAL(met.load(), 2);
}

TEST(oneThreadIsTheCaller) {
  const ThreadsOf pool(1);
  const auto caller = std::this_thread::get_id();
  Control control;
  int ran = 0;
  parallelFor(control, 50, [&](Index) {
    CHECK(std::this_thread::get_id() == caller);
    ++ran;
  });
  CHECK_EQUAL(ran, 50);
}

TEST(thereIsAtLeastOneCore) { CHECK(availableCores() >= 1); }

}  // namespace
}  // namespace ntkit
