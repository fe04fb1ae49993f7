// Tasks dealt out in turn, one by one, to some members: in every loop the same ones, which find in
// the cache of their core what they had in the loop before. Cores without a common cache fetch it
// from each other: on two of them training of m = 1024 took 1.2 times as long, with batches of 32
// 1.4 times. Who has done its own takes the last of another's.
//
// In turn, since lists come with the most work first: runs of neighbours (shares.hpp) would be
// uneven. One thread at a time: the pool's mutex is held.
#pragma once

#include <algorithm>
#include <vector>

#include "matrix_view.hpp"

namespace ntkit {

class Deal {
 public:
  // With one member tasks are taken in their order.
  Deal(Index tasks, Index members)
      : tasks_(tasks), left_(static_cast<std::size_t>(std::min(tasks, members))) {}

  // All tasks are there to be taken.
  void restart() noexcept {
    for (Index m = 0; m < members(); ++m) of(m) = {0, (tasks_ - m + members() - 1) / members()};
  }

  // A task that has not been taken, of which there must be one.
  Index take(Index number) noexcept {
    const Index member = number % members();
    if (Range& own = of(member); own.begin < own.end) return member + own.begin++ * members();
    Index other = member;
    do {
      other = (other + 1) % members();
    } while (of(other).begin == of(other).end);
    return other + --of(other).end * members();
  }

 private:
  // The k-th task of member m is m + k members().
  struct Range {
    Index begin, end;
  };
  Index members() const noexcept { return static_cast<Index>(left_.size()); }
  Range& of(Index member) noexcept { return left_[static_cast<std::size_t>(member)]; }

  Index tasks_;
  std::vector<Range> left_;
};

}  // namespace ntkit
