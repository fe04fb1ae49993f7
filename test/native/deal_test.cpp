#include "deal.hpp"

#include <vector>

#include "check.hpp"

namespace ntkit {
namespace {

std::vector<Index> allBy(Deal& deal, Index tasks, Index member) {
  std::vector<Index> taken;
  for (Index i = 0; i < tasks; ++i) taken.push_back(deal.take(member));
  return taken;
}

TEST(aMemberTakesItsOwnTasksAndThenTheLastOfOthers) {
  Deal deal(8, 3);  // 0 3 6, 1 4 7, 2 5
  for (int loop = 0; loop < 2; ++loop) {
    deal.restart();
    CHECK(allBy(deal, 8, 4) == (std::vector<Index>{1, 4, 7, 5, 2, 6, 3, 0}));
  }
}

TEST(membersInTurnTakeEachTaskOnce) {
  for (const Index tasks : {1, 2, 3, 7, 64, 65}) {
    for (const Index members : {1, 2, 3, 8, 100}) {
      Deal deal(tasks, members);
      deal.restart();
      std::vector<int> counts(static_cast<std::size_t>(tasks));
      for (Index i = 0; i < tasks; ++i) ++counts[static_cast<std::size_t>(deal.take(i * i))];
      CHECK(counts == std::vector<int>(static_cast<std::size_t>(tasks), 1));
    }
  }
}

TEST(oneMemberTakesTasksInTheirOrder) {
  Deal deal(5, 1);
  deal.restart();
  CHECK(allBy(deal, 5, 7) == (std::vector<Index>{0, 1, 2, 3, 4}));
}

}  // namespace
}  // namespace ntkit
