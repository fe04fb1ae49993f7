#include "memory.hpp"

#include <limits>

#include "check.hpp"

namespace ntkit {
namespace {

constexpr Index kLargest = std::numeric_limits<Index>::max();

TEST(estimatesAddUp) {
  MemoryEstimate estimate("gram");
  CHECK_EQUAL(estimate.bytes(), 0);
  estimate.add(3, 5, 8).add(2, 2, 4);
  CHECK_EQUAL(estimate.bytes(), 136);
}

TEST(budgetsAreHeldToTheByte) {
  const MemoryEstimate estimate = MemoryEstimate("gram").add(10, 10, 8);
  estimate.require({.bytes = 800});
  CHECK_ERROR(ErrorCode::kMemoryBudget, "gram needs 800 bytes but its budget is 799 of",
              estimate.require({.bytes = 799}));
  estimate.require({.bytes = 500, .held = 300});
  CHECK_ERROR(ErrorCode::kMemoryBudget, "gram needs 501 bytes",
              estimate.require({.bytes = 500, .held = 299}));
}

TEST(theDefaultBudgetIsEightTenthsOfWhatIsAvailable) {
  const Index available = availableMemory();
  CHECK(available > 0);
  // Other processes take and give memory meanwhile.
  MemoryEstimate("half").add(available / 2, 1, 1).require();
  CHECK_ERROR(ErrorCode::kMemoryBudget, "most needs ",
              MemoryEstimate("most").add(available / 100 * 95, 1, 1).require());
  CHECK_ERROR(ErrorCode::kMemoryBudget, "all needs ",
              MemoryEstimate("all").add(kLargest, 1, 1).require());
}

TEST(aBudgetOfOnesOwnEndsAtWhatIsAvailable) {
  const Index available = availableMemory();
  MemoryEstimate("half").add(available / 2, 1, 1).require({.bytes = kLargest});
  CHECK_ERROR(ErrorCode::kMemoryBudget, "more needs ",
              MemoryEstimate("more").add(available / 100 * 120, 1, 1).require({.bytes = kLargest}));
}

TEST(sizesBeyond64BitsAreRefused) {
  const Index half = Index{1} << 62;
  CHECK_ERROR(ErrorCode::kSizeLimit, "gram of", MemoryEstimate("gram").add(half, 2, 1));
  CHECK_ERROR(ErrorCode::kSizeLimit, "gram of", MemoryEstimate("gram").add(half, 1, 2));
  CHECK_ERROR(ErrorCode::kSizeLimit, "gram of",
              MemoryEstimate("gram").add(3037000500, 3037000500, 1));
  CHECK_ERROR(ErrorCode::kSizeLimit, "gram of",
              MemoryEstimate("gram").add(half, 1, 1).add(half, 1, 1));
  CHECK_EQUAL(MemoryEstimate("gram").add(kLargest, 1, 1).bytes(), kLargest);
}

}  // namespace
}  // namespace ntkit
