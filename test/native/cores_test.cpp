#include "cores.hpp"

#include "check.hpp"
#include "parallel.hpp"

#if defined(__linux__)

#include <condition_variable>
#include <mutex>
#include <thread>

namespace ntkit {
namespace {

cpu_set_t coresOf(pthread_t thread) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  pthread_getaffinity_np(thread, sizeof(cores), &cores);
  return cores;
}

// Runs on one core of its own while it lives.
class OnCore {
 public:
  explicit OnCore(int core) : before_(coresOf(pthread_self())) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<std::size_t>(core), &one);
    sched_setaffinity(0, sizeof(one), &one);
  }
  ~OnCore() { sched_setaffinity(0, sizeof(before_), &before_); }
  OnCore(const OnCore&) = delete;
  OnCore& operator=(const OnCore&) = delete;

 private:
  cpu_set_t before_;
};

// A thread that sleeps once, on the core where it happens to be.
class Resting {
 public:
  Resting() : thread_([this] { rest(); }) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return core_ >= 0; });
  }
  ~Resting() {
    if (thread_.joinable()) wake();
  }
  Resting(const Resting&) = delete;
  Resting& operator=(const Resting&) = delete;

  int core() const { return core_; }
  cpu_set_t cores() { return coresOf(thread_.native_handle()); }
  void keepOff(const BusyCores& busy) {
    const std::lock_guard lock(mutex_);
    busy.keepOff(sleeper_);
  }
  void moveTo(const cpu_set_t& cores) {
    pthread_setaffinity_np(thread_.native_handle(), sizeof(cores), &cores);
  }
  void wake() {
    {
      const std::lock_guard lock(mutex_);
      awake_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  int wokenOn() const { return wokenOn_; }
  const cpu_set_t& afterwards() const { return afterwards_; }

 private:
  void rest() {
    std::unique_lock lock(mutex_);
    sleeper_.lieDown();
    core_ = sched_getcpu();
    changed_.notify_all();
    changed_.wait(lock, [&] { return awake_; });
    wokenOn_ = sched_getcpu();
    sleeper_.rise();
    afterwards_ = coresOf(pthread_self());
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  Sleeper sleeper_;
  bool awake_ = false;
  int core_ = -1, wokenOn_ = -1;
  cpu_set_t afterwards_{};
  std::thread thread_;
};

TEST(aSleeperWakesOffTheCoreOfWhoWakesItAndGetsItsCoresBack) {
  const cpu_set_t own = coresOf(pthread_self());
  Resting resting;
  const OnCore here(resting.core());
  resting.keepOff(BusyCores());
  const bool hasOthers = CPU_COUNT(&own) > 1;
  const cpu_set_t left = resting.cores();
  CHECK_EQUAL(CPU_COUNT(&left), hasOthers ? CPU_COUNT(&own) - 1 : 1);
  resting.wake();
  CHECK_EQUAL(resting.wokenOn() != resting.core(), hasOthers);
  CHECK(CPU_EQUAL(&resting.afterwards(), &own));
}

cpu_set_t without(cpu_set_t cores, int core) {
  CPU_CLR(static_cast<std::size_t>(core), &cores);
  return cores;
}

int firstOf(const cpu_set_t& cores) {
  int core = 0;
  while (!CPU_ISSET(static_cast<std::size_t>(core), &cores)) ++core;
  return core;
}

// Somebody computes on that core from now on.
BusyCores::Place enterOn(int core, BusyCores& busy) {
  BusyCores::Place entered{};
  std::thread([&] {
    const OnCore there(core);
    entered = busy.enter();
  }).join();
  return entered;
}

// Of few cores the system would take that of who wakes it.
TEST(aSleeperThatRestedElsewhereIsKeptOffWhereCoresAreFew) {
  const cpu_set_t own = coresOf(pthread_self());
  if (CPU_COUNT(&own) < 2) return;
  Resting resting;
  const int other = firstOf(without(own, resting.core()));
  const OnCore here(other);
  // Where somebody has computed and ended, nobody does.
  BusyCores busy;
  busy.leave(enterOn(resting.core(), busy));
  resting.keepOff(busy);
  const cpu_set_t left = resting.cores();
  const cpu_set_t expected = CPU_COUNT(&own) <= 8 ? without(own, other) : own;
  CHECK(CPU_EQUAL(&left, &expected));
}

TEST(aSleeperIsKeptOffWhereSomebodyComputes) {
  const cpu_set_t own = coresOf(pthread_self());
  if (CPU_COUNT(&own) < 2) return;
  Resting resting;
  const int other = firstOf(without(own, resting.core()));
  const OnCore here(other);
  BusyCores busy;
  enterOn(resting.core(), busy);
  resting.keepOff(busy);
  const cpu_set_t left = resting.cores(), free = without(without(own, resting.core()), other);
  // Where all cores are taken, all of them are as good.
  CHECK(CPU_EQUAL(&left, CPU_COUNT(&free) > 0 ? &free : &own));
}

// Woken too late for what was to be done: it never rose.
TEST(aSleeperThatIsKeptOffAlreadyIsKeptOffWhatIsBusyNow) {
  const cpu_set_t own = coresOf(pthread_self());
  if (CPU_COUNT(&own) < 2) return;
  Resting resting;
  const int other = firstOf(without(own, resting.core()));
  for (const int core : {resting.core(), other, resting.core()}) {
    const OnCore here(core);
    resting.keepOff(BusyCores());
    const cpu_set_t left = resting.cores(), expected = without(own, core);
    CHECK(CPU_EQUAL(&left, &expected));
  }
  // Where all cores are taken, it gets all of them back.
  BusyCores everywhere;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(static_cast<std::size_t>(core), &own)) enterOn(core, everywhere);
  }
  resting.keepOff(everywhere);
  const cpu_set_t left = resting.cores();
  CHECK(CPU_EQUAL(&left, &own));
  resting.wake();
  CHECK(CPU_EQUAL(&resting.afterwards(), &own));
}

// Before any test has run.
const cpu_set_t kAtTheStart = coresOf(pthread_self());

TEST(whoHasComputedMayUseAllOfItsCores) {
  Control control;
  for (int loop = 0; loop < 50; ++loop) {
    parallelFor(control, 8, [](Index) { std::this_thread::yield(); });
    const cpu_set_t now = coresOf(pthread_self());
    CHECK(CPU_EQUAL(&now, &kAtTheStart));
  }
}

TEST(whoEntersWhereSomebodyIsMovesToAFreeCore) {
  const cpu_set_t own = coresOf(pthread_self());
  if (CPU_COUNT(&own) < 2) return;
  const int first = firstOf(own), second = firstOf(without(own, first));
  BusyCores busy;
  enterOn(first, busy);
  // A core is taken until the last has left.
  busy.leave(enterOn(first, busy));
  // The system may move this thread by itself before it enters and after it has moved.
  bool moved = false;
  for (int attempt = 0; attempt < 100 && !moved; ++attempt) {
    { const OnCore there(first); }
    BusyCores::Place place = busy.enter();
    const bool elsewhere = place.elsewhere;
    BusyCores::move(place);
    CHECK(!place.elsewhere);
    moved = elsewhere && place.core == second && sched_getcpu() == second;
    const cpu_set_t after = coresOf(pthread_self());
    CHECK(CPU_EQUAL(&after, &own));
    busy.leave(place);
  }
  CHECK_EQUAL(moved, CPU_COUNT(&own) <= 8);
}

TEST(whoEntersStaysWhereNoCoreIsFree) {
  const cpu_set_t own = coresOf(pthread_self());
  const int first = firstOf(own);
  const OnCore there(first);
  BusyCores busy;
  CHECK(!busy.enter().elsewhere);
  const BusyCores::Place place = busy.enter();
  CHECK_EQUAL(place.core, first);
  CHECK(!place.elsewhere);
}

TEST(aProcessThatIsMovedMeanwhileIsNotMovedBack) {
  const cpu_set_t own = coresOf(pthread_self());
  if (CPU_COUNT(&own) < 2) return;
  Resting resting;
  const OnCore here(resting.core());
  resting.keepOff(BusyCores());
  cpu_set_t moved;
  CPU_ZERO(&moved);
  CPU_SET(static_cast<std::size_t>(resting.core()), &moved);
  resting.moveTo(moved);
  resting.wake();
  CHECK(CPU_EQUAL(&resting.afterwards(), &moved));
}

}  // namespace
}  // namespace ntkit

#endif
