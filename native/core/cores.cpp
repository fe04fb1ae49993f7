#include "cores.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

namespace ntkit {
namespace {

// Whole cores granted by the cgroup's CPU quota, or a large number when there is none.
int quotaCores() {
  constexpr int kUnlimited = 1 << 20;
  double quota = 0, period = 0;
  std::string text;
  if (std::ifstream v2("/sys/fs/cgroup/cpu.max"); v2 >> text >> period) {
    if (text == "max") return kUnlimited;
    quota = std::strtod(text.c_str(), nullptr);
  } else {
    std::ifstream v1Quota("/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
    std::ifstream v1Period("/sys/fs/cgroup/cpu/cpu.cfs_period_us");
    if (!(v1Quota >> quota) || !(v1Period >> period)) return kUnlimited;
  }
  if (quota <= 0 || period <= 0) return kUnlimited;
  return std::max(1, static_cast<int>(quota / period));
}

}  // namespace

int availableCores() {
  int cores = static_cast<int>(std::thread::hardware_concurrency());
#if defined(__linux__)
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (sched_getaffinity(0, sizeof(mask), &mask) == 0) cores = CPU_COUNT(&mask);
#endif
  return std::max(1, std::min(cores, quotaCores()));
}

#if defined(__linux__)

BusyCores::Place BusyCores::enter() noexcept {
  Place place;
  place.core_ = sched_getcpu();
  // CPU_ISSET is false beyond the set, as of machines with more cores than it holds.
  if (place.core_ < 0) return place;
  if (CPU_ISSET(static_cast<std::size_t>(place.core_), &taken_)) place.taken_ = taken_;
  CPU_SET(static_cast<std::size_t>(place.core_), &taken_);
  return place;
}

void BusyCores::leave(const Place& place) noexcept {
  if (place.core_ >= 0) CPU_CLR(static_cast<std::size_t>(place.core_), &taken_);
}

void BusyCores::Place::move() const noexcept {
  cpu_set_t allowed, others;
  if (!taken_ || sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return;
  CPU_AND(&others, &allowed, &*taken_);
  CPU_XOR(&others, &allowed, &others);
  if (CPU_COUNT(&others) == 0 || sched_setaffinity(0, sizeof(others), &others) != 0) return;
  (void)sched_setaffinity(0, sizeof(allowed), &allowed);
}

#else

BusyCores::Place BusyCores::enter() noexcept { return {}; }
void BusyCores::leave(const Place&) noexcept {}
void BusyCores::Place::move() const noexcept {}

#endif

}  // namespace ntkit
