#include "cores.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <utility>

#include "cgroup.hpp"

namespace ntkit {
namespace {

constexpr int kUnlimited = 1 << 20;

// Whole cores that a cgroup grants, or `kUnlimited`: version 2 has quota and period in one file.
int quotaCores(const std::string& folder) {
  double quota = 0, period = 0;
  std::string text;
  if (std::ifstream limit(folder + "/cpu.max"); limit >> text >> period) {
    quota = std::strtod(text.c_str(), nullptr);  // 0 for "max"
  } else {
    std::ifstream(folder + "/cpu.cfs_quota_us") >> quota;
    std::ifstream(folder + "/cpu.cfs_period_us") >> period;
  }
  if (quota <= 0 || period <= 0) return kUnlimited;
  return std::max(1, static_cast<int>(std::min<double>(quota / period, kUnlimited)));
}

int quotaCores() {
  int cores = kUnlimited;
  for (const std::string& folder : cgroupFolders("cpu")) {
    cores = std::min(cores, quotaCores(folder));
  }
  return cores;
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

namespace {

// CPU_ISSET and the like do nothing beyond the set, on machines with more cores than it holds.
void add(int core, cpu_set_t& cores) noexcept {
  if (core >= 0) CPU_SET(static_cast<std::size_t>(core), &cores);
}

// Among more, a system finds one that is free.
constexpr int kFewCores = 8;

bool contains(const cpu_set_t& cores, int core) noexcept {
  return core >= 0 && CPU_ISSET(static_cast<std::size_t>(core), &cores);
}

bool isCounted(int core) noexcept { return core >= 0 && core < CPU_SETSIZE; }

}  // namespace

void Sleeper::lieDown() noexcept {
  thread_ = pthread_self();
  core_ = sched_getcpu();
}

void Sleeper::rise() noexcept {
  core_ = -1;
  if (!kept_) return;
  kept_ = false;
  // Unless the process was moved to other cores meanwhile.
  cpu_set_t now;
  if (sched_getaffinity(0, sizeof(now), &now) == 0 && CPU_EQUAL(&now, &allowed_)) {
    (void)sched_setaffinity(0, sizeof(own_), &own_);
  }
}

BusyCores::BusyCores() noexcept {
  CPU_ZERO(&cores_);
  cpu_set_t own;
  few_ = sched_getaffinity(0, sizeof(own), &own) == 0 && CPU_COUNT(&own) <= kFewCores;
}

BusyCores::Place BusyCores::take(int core, bool elsewhere) noexcept {
  if (isCounted(core) && threads_[static_cast<std::size_t>(core)]++ == 0) add(core, cores_);
  return {core, elsewhere};
}

BusyCores::Place BusyCores::stay() noexcept { return take(sched_getcpu(), false); }

BusyCores::Place BusyCores::enter() noexcept {
  const int core = sched_getcpu();
  const int free = few_ && contains(cores_, core) ? freeCore() : -1;
  return free >= 0 ? take(free, true) : take(core, false);
}

void BusyCores::leave(const Place& place) noexcept {
  if (!isCounted(place.core)) return;
  const auto core = static_cast<std::size_t>(place.core);
  if (--threads_[core] == 0) CPU_CLR(core, &cores_);
}

void BusyCores::move(Place& place) noexcept {
  if (!std::exchange(place.elsewhere, false)) return;
  cpu_set_t own, there, now;
  if (sched_getaffinity(0, sizeof(own), &own) != 0) return;
  CPU_ZERO(&there);
  add(place.core, there);
  if (sched_setaffinity(0, sizeof(there), &there) != 0) return;
  // Unless the process was moved to other cores meanwhile.
  if (sched_getaffinity(0, sizeof(now), &now) == 0 && CPU_EQUAL(&now, &there)) {
    (void)sched_setaffinity(0, sizeof(own), &own);
  }
}

int BusyCores::freeCore() const noexcept {
  cpu_set_t own, taken, free;
  if (sched_getaffinity(0, sizeof(own), &own) != 0) return -1;
  CPU_AND(&taken, &own, &cores_);
  CPU_XOR(&free, &own, &taken);
  if (CPU_COUNT(&free) == 0) return -1;
  int core = 0;
  while (!contains(free, core)) ++core;
  return core;
}

void BusyCores::keepOff(Sleeper& sleeper) const noexcept {
  cpu_set_t busy = cores_, now, allowed;
  add(sched_getcpu(), busy);
  if (sleeper.core_ < 0) return;
  if (!few_ && !sleeper.kept_ && !contains(busy, sleeper.core_)) return;
  if (pthread_getaffinity_np(sleeper.thread_, sizeof(now), &now) != 0) return;
  // Who was woken too late for the last work sleeps on, kept off what was busy then.
  sleeper.kept_ = sleeper.kept_ && CPU_EQUAL(&now, &sleeper.allowed_);
  const cpu_set_t own = sleeper.kept_ ? sleeper.own_ : now;
  CPU_AND(&allowed, &own, &busy);
  CPU_XOR(&allowed, &own, &allowed);
  if (CPU_COUNT(&allowed) == 0) allowed = own;
  if (CPU_EQUAL(&allowed, &now)) return;
  if (pthread_setaffinity_np(sleeper.thread_, sizeof(allowed), &allowed) != 0) return;
  sleeper.own_ = own;
  sleeper.allowed_ = allowed;
  sleeper.kept_ = true;
}

#endif

}  // namespace ntkit
