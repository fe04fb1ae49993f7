#include "memory.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>

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
// below under a name of their own.
Index remaining(const std::string& folder, const char* limitFile, const char* usageFile) {
  const Index limit = readLimit(folder + limitFile);
  const Index usage = readLimit(folder + usageFile);
  if (limit == kUnlimited || usage == kUnlimited) return kUnlimited;
  Index reclaimable = 0;
  std::ifstream stat(folder + "/memory.stat");
  std::string key;
  for (Index value = 0; stat >> key >> value;) {
    if (key == "inactive_file" || key == "total_inactive_file") reclaimable = value;
  }
  return std::max<Index>(0, limit - usage + reclaimable);
}

Index cgroupAvailable() {
  Index available = kUnlimited;
  for (const std::string& folder : cgroupFolders("memory")) {
    available = std::min({available, remaining(folder, "/memory.max", "/memory.current"),
                          remaining(folder, "/memory.limit_in_bytes", "/memory.usage_in_bytes")});
  }
  return available;
}
#elif defined(__APPLE__)
Index systemAvailable() {
  Index total = 0;
  std::size_t size = sizeof(total);
  return sysctlbyname("hw.memsize", &total, &size, nullptr, 0) == 0 ? total : kUnlimited;
}
Index cgroupAvailable() { return kUnlimited; }
#else
Index systemAvailable() { return kUnlimited; }
Index cgroupAvailable() { return kUnlimited; }
#endif

}  // namespace

Index availableMemory() { return std::min(systemAvailable(), cgroupAvailable()); }

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
  const Index available = availableMemory();
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
