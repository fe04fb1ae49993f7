// How a running operation is stopped, paused and watched: atomics shared between the thread that
// computes and the thread that asked. Nothing calls back into JavaScript from here; the asker
// polls.
#pragma once

#include <atomic>

#include "error.hpp"

namespace ntkit {

class Control {
 public:
  Control() = default;
  // Of a piece within an operation, whose progress nobody watches: stopped with the whole.
  explicit Control(const Control* whole) : whole_(whole) {}

  void abort() noexcept { aborted_.store(true, std::memory_order_relaxed); }
  bool aborted() const noexcept {
    return aborted_.load(std::memory_order_relaxed) || (whole_ != nullptr && whole_->aborted());
  }

  // Asks an operation that can be gone on with to end early, with what it has; others do not look.
  void pause() noexcept { paused_.store(true, std::memory_order_relaxed); }
  bool paused() const noexcept { return paused_.load(std::memory_order_relaxed); }

  // Called between tiles: at most one tile of work separates an abort from its effect.
  void checkpoint() const {
    if (aborted()) throw Error(ErrorCode::kAborted, "The operation was aborted");
  }

  // Starts the part of the operation that takes its progress from one share to another. Its units
  // of work are declared by `expect` and counted off by `advance`.
  void part(double from, double to) noexcept {
    expected_.store(0, std::memory_order_relaxed);
    from_.store(from, std::memory_order_relaxed);
    to_.store(to, std::memory_order_relaxed);
  }
  double from() const noexcept { return from_.load(std::memory_order_relaxed); }
  double to() const noexcept { return to_.load(std::memory_order_relaxed); }
  void expect(double units) noexcept {
    done_.store(0, std::memory_order_relaxed);
    expected_.store(units, std::memory_order_relaxed);
  }
  void advance(double units = 1) noexcept { done_.fetch_add(units, std::memory_order_relaxed); }

  // Share of the work done, from 0 to 1. Read between two parts it may be that of neither: readers
  // keep the largest they have seen.
  double progress() const noexcept {
    const double from = from_.load(std::memory_order_relaxed);
    const double to = to_.load(std::memory_order_relaxed);
    const double expected = expected_.load(std::memory_order_relaxed);
    if (expected <= 0) return from;
    const double share = done_.load(std::memory_order_relaxed) / expected;
    return from + (to - from) * (share < 1 ? share : 1);
  }

 private:
  const Control* const whole_ = nullptr;
  std::atomic<bool> aborted_{false};
  std::atomic<bool> paused_{false};
  std::atomic<double> from_{0};
  std::atomic<double> to_{1};
  std::atomic<double> expected_{0};
  std::atomic<double> done_{0};
};

}  // namespace ntkit
