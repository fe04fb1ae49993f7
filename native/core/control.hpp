// How a running operation is stopped and watched: two atomics shared between the thread that
// computes and the thread that asked. Nothing calls back into JavaScript from here; the asker
// polls.
#pragma once

#include <atomic>

#include "error.hpp"

namespace ntkit {

class Control {
 public:
  void abort() noexcept { aborted_.store(true, std::memory_order_relaxed); }
  bool aborted() const noexcept { return aborted_.load(std::memory_order_relaxed); }

  // Called between tiles: at most one tile of work separates an abort from its effect.
  void checkpoint() const {
    if (aborted()) throw Error(ErrorCode::kAborted, "The operation was aborted");
  }

  // Declares how many units of work the operation has; `advance` counts them off.
  void expect(double units) noexcept { expected_.store(units, std::memory_order_relaxed); }
  void advance(double units = 1) noexcept { done_.fetch_add(units, std::memory_order_relaxed); }

  // Share of the work done, from 0 to 1.
  double progress() const noexcept {
    const double expected = expected_.load(std::memory_order_relaxed);
    if (expected <= 0) return 0;
    const double share = done_.load(std::memory_order_relaxed) / expected;
    return share < 1 ? share : 1;
  }

 private:
  std::atomic<bool> aborted_{false};
  std::atomic<double> expected_{0};
  std::atomic<double> done_{0};
};

}  // namespace ntkit
