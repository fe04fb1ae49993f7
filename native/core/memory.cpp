#include "memory.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <limits>
#include <mutex>

#include "cgroup.hpp"
#include "error.hpp"

#if defined(__APPLE__)
#include <sys/sysctl.h>
#endif

namespace ntkit {
namespace {

constexpr Index kUnlimited = std::numeric_limits<Index>::max();
constexpr double kBudgetShare = 0.8;
constexpr Index kAlwaysAllowed = 1 << 22;

// The number in a file such as memory.max; `kUnlimited` for "max", a missing file or an unreadable
// one.
Index readLimit(const std::string& path) {
  std::ifstream file(path);
  Index value = 0;
  return file >> value && value >= 0 ? value : kUnlimited;
}

#if defined(__linux__)
Index systemAvailable() {
  std::ifstream file("/proc/meminfo");
  std::string key;
  while (file >> key) {
    if (key == "MemAvailable:") {
      Index kibibytes = 0;
      if (file >> kibibytes) return kibibytes * 1024;
    }
    file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  return kUnlimited;
}

// What a cgroup leaves, given its limit and usage. Page cache counts as usage there but is given
// back under pressure, so inactive file pages are added again; version 1 has those of the groups
// below under a name of their own. They are not looked for where `enough` is left without them.
Index remaining(const std::string& folder, const char* limitFile, const char* usageFile,
                Index enough) {
  const Index limit = readLimit(folder + limitFile);
  if (limit == kUnlimited) return kUnlimited;
  const Index usage = readLimit(folder + usageFile);
  if (usage == kUnlimited || limit - usage >= enough) return kUnlimited;
  Index reclaimable = 0;
  std::ifstream stat(folder + "/memory.stat");
  std::string key;
  for (Index value = 0; stat >> key >> value;) {
    if (key == "inactive_file" || key == "total_inactive_file") reclaimable = value;
  }
  return std::max<Index>(0, limit - usage + reclaimable);
}

// Of `available` bytes, those that no cgroup forbids.
Index allowedByCgroups(Index available) {
  for (const std::string& folder : cgroupFolders("memory")) {
    available = std::min(
        {available, remaining(folder, "/memory.max", "/memory.current", available),
         remaining(folder, "/memory.limit_in_bytes", "/memory.usage_in_bytes", available)});
  }
  return available;
}
#elif defined(__APPLE__)
Index systemAvailable() {
  Index total = 0;
  std::size_t size = sizeof(total);
  return sysctlbyname("hw.memsize", &total, &size, nullptr, 0) == 0 ? total : kUnlimited;
}
Index allowedByCgroups(Index available) { return available; }
#else
Index systemAvailable() { return kUnlimited; }
Index allowedByCgroups(Index available) { return available; }
#endif

// What was available at the last look. A look reads files for up to half a millisecond, a tenth of
// a fit of 500 points: operations that take little of it within a moment need no other.
class LastLook {
 public:
  static LastLook& instance() {
    static LastLook* const look = new LastLook();
    return *look;
  }

  // Whether it clears `needed` bytes: with those it has cleared before, a small part of it.
  bool clears(Index needed) {
    const std::lock_guard lock(mutex_);
    if (Clock::now() - time_ > kMoment || needed > available_ / kSmallPart - cleared_) return false;
    cleared_ += needed;
    return true;
  }

  // Looks again, for an operation that needs so much.
  Index again(Index needed) {
    const Index available = availableMemory();
    const std::lock_guard lock(mutex_);
    time_ = Clock::now();
    available_ = available;
    cleared_ = needed;
    return available;
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr auto kMoment = std::chrono::milliseconds(100);
  static constexpr Index kSmallPart = 8;

  std::mutex mutex_;
  Clock::time_point time_;
  Index available_ = 0, cleared_ = 0;
};

}  // namespace

Index availableMemory() { return allowedByCgroups(systemAvailable()); }

MemoryEstimate& MemoryEstimate::add(Index rows, Index cols, std::size_t elementBytes) {
  Index elements = 0, bytes = 0;
  if (__builtin_mul_overflow(rows, cols, &elements) ||
      __builtin_mul_overflow(elements, static_cast<Index>(elementBytes), &bytes) ||
      __builtin_add_overflow(bytes_, bytes, &bytes_)) {
    throw Error(ErrorCode::kSizeLimit, operation_ + " of " + std::to_string(rows) + " x " +
                                           std::to_string(cols) + " does not fit 64-bit sizes");
  }
  return *this;
}

void MemoryEstimate::require(MemoryBudget budget) const {
  const Index needed = bytes_ - budget.held;
  // What is available is read from files: not for an operation that its size clears.
  const Index cleared = budget.bytes > 0 ? std::min(budget.bytes, kAlwaysAllowed) : kAlwaysAllowed;
  if (needed <= cleared) return;
  LastLook& look = LastLook::instance();
  if ((budget.bytes == 0 || needed <= budget.bytes) && look.clears(needed)) return;
  const Index available = look.again(needed);
  // A budget may ask for all that is there, and for no more.
  const Index allowed = budget.bytes > 0
                            ? std::min(budget.bytes, available)
                            : static_cast<Index>(kBudgetShare * static_cast<double>(available));
  if (needed <= allowed) return;
  throw Error(ErrorCode::kMemoryBudget, operation_ + " needs " + std::to_string(needed) +
                                            " bytes but its budget is " + std::to_string(allowed) +
                                            " of " + std::to_string(available) + " available");
}

}  // namespace ntkit
