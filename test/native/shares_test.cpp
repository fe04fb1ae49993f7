#include "shares.hpp"

#include <set>
#include <thread>
#include <vector>

#include "check.hpp"

namespace ntkit {
namespace {

TEST(a_member_takes_its_own_tasks_in_order_and_then_the_last_of_others) {
  Shares shares(3);
  shares.fill(8);  // 0 1, 2 3 4, 5 6 7
  std::vector<Index> taken;
  for (int i = 0; i < 9; ++i) taken.push_back(shares.take(1));
  CHECK(taken == (std::vector<Index>{2, 3, 4, 7, 6, 5, 1, 0, -1}));
  shares.fill(1);
  CHECK_EQUAL(shares.take(0), 0);
  CHECK_EQUAL(shares.take(2), -1);
}

TEST(tasks_are_shared_out_once_whoever_takes_them) {
  constexpr Index kTasks = 20000, kThreads = 4;
  // Two members more than threads, two threads of one number.
  Shares shares(6);
  shares.fill(kTasks);
  std::vector<std::vector<Index>> taken(kThreads);
  std::vector<std::thread> threads;
  for (Index t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      auto& own = taken[static_cast<std::size_t>(t)];
      for (Index task = shares.take(t / 2); task >= 0; task = shares.take(t / 2)) {
        own.push_back(task);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<Index> all;
  std::size_t count = 0;
  for (const auto& own : taken) {
    all.insert(own.begin(), own.end());
    count += own.size();
  }
  CHECK_EQUAL(count, static_cast<std::size_t>(kTasks));
  CHECK_EQUAL(all.size(), static_cast<std::size_t>(kTasks));
}

}  // namespace
}  // namespace ntkit
