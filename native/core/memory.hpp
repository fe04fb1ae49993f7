// Memory is asked for before it is taken: an operation adds up its input, output and workspace in
// int64 and is refused, with both numbers named, when the sum exceeds its budget.
#pragma once

#include <string>

#include "matrix_view.hpp"

namespace ntkit {

// Bytes this process may still take: the tighter of what the machine has available and what the
// cgroup's limit leaves.
Index availableMemory();

// What an operation may take.
struct MemoryBudget {
  Index bytes = 0;  // 0 stands for 80 % of availableMemory()
  Index held = 0;   // part of the estimate that is allocated already: memory given for the result
};

class MemoryEstimate {
 public:
  explicit MemoryEstimate(std::string operation) : operation_(std::move(operation)) {}

  // Adds rows x cols elements of `elementBytes`; a product beyond int64 is a size limit error.
  MemoryEstimate& add(Index rows, Index cols, std::size_t elementBytes);

  Index bytes() const noexcept { return bytes_; }

  // Throws ERR_MEMORY_BUDGET when what the estimate still needs exceeds the budget.
  void require(MemoryBudget budget = {}) const;

 private:
  std::string operation_;
  Index bytes_ = 0;
};

}  // namespace ntkit
