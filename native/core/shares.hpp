// Tasks shared out in equal runs of neighbours, one a member: each takes its own from the front,
// then what others have left of theirs from the back. Members that do the same tasks again and
// again, or tasks on the same parts of a matrix, find them in the cache of their core: cores
// without a common cache fetch them from each other (on two of them eigenvalues of order 2000 took
// 1.4 times as long).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "matrix_view.hpp"

namespace ntkit {

class Shares {
 public:
  explicit Shares(Index members);

  Index members() const noexcept { return members_; }

  // Shares out tasks 0 ... count - 1 once all of before are taken. What was written before is seen
  // by those who take them.
  void fill(Index count) noexcept;

  // A task that nobody has taken, or -1.
  Index take(Index member) noexcept;

 private:
  // The tasks of one member that nobody has taken: `begin` is the member's own end, `end` that of
  // the others.
  struct Range {
    std::uint32_t begin, end;
  };
  // Apart from each other: each is written by few and watched by others.
  struct alignas(64) Part {
    std::atomic<Range> left{Range{0, 0}};
  };

  static Index takeFrom(Part& part, bool own) noexcept;

  Index members_;
  std::unique_ptr<Part[]> parts_;
};

}  // namespace ntkit
