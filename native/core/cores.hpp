// The cores of the process: how many it may use, and on which of them its threads compute.
#pragma once

#if defined(__linux__)
#include <pthread.h>
#include <sched.h>

#include <array>
#include <cstdint>
#endif

namespace ntkit {

// Cores this process may use: its affinity mask, cut by a cgroup CPU quota.
int availableCores();

// A system may wake a thread where it last ran although another thread computes there and a core is
// free: on Linux with two cores, `perf sched` showed both threads of an operation on one of them
// for 2 to 6 ms at a time, longer than a small kernel takes. Or, when its own core is about to be
// free, where the thread runs that wakes it: after a pause of 50 ms, eigenvalues of order 500 took
// as long as on one thread. So who wakes a thread of a pool keeps it off the cores where others
// compute, and it may use all of its cores again once it is awake.
//
// A thread that is awake may meet another on its core too: one that conducts an operation is woken
// by JavaScript's, while a thread of the pool, done with the copies of the arguments, looks for
// more. JavaScript's goes to sleep, its core is free, and both compute on the other: of Gram
// matrices of order 1000, which take 4 ms, up to a quarter took as long as on one thread. So on few
// cores who begins to compute where another computes or looks for work moves to a core where nobody
// does, and may use all of its cores again once it is there. (A thread that moved stays within the
// cores that it had then, should the process be given more of them.)
//
// Where a system has no such calls, nothing happens. Everything here but BusyCores::move is called
// under one mutex of the owner's.
#if defined(__linux__)

// A thread, asleep or awake.
class Sleeper {
 public:
  // Called by the thread itself, before it sleeps and after.
  void lieDown() noexcept;
  void rise() noexcept;

 private:
  friend class BusyCores;
  pthread_t thread_{};
  int core_ = -1;  // where it went to sleep; -1 while it is awake
  bool kept_ = false;
  cpu_set_t own_, allowed_;  // while kept: its own cores, and those that were left to it
};

class BusyCores {
 public:
  BusyCores() noexcept;

  // Where a thread computes or looks for work, until it leaves.
  struct Place {
    int core;
    bool elsewhere;  // it is on another core still
  };
  // Takes the core of the calling thread.
  Place stay() noexcept;
  // Takes a free one instead where somebody is on that already. The thread has to move there, which
  // takes some ten microseconds: without the mutex.
  Place enter() noexcept;
  static void move(Place& place) noexcept;
  void leave(const Place& place) noexcept;

  // Called before the calling thread, which will compute too, wakes the sleeper.
  void keepOff(Sleeper& sleeper) const noexcept;

 private:
  // Of the calling thread's, one where nobody is, or -1.
  int freeCore() const noexcept;

  Place take(int core, bool elsewhere) noexcept;

  std::array<std::uint16_t, CPU_SETSIZE> threads_{};  // on each core
  cpu_set_t cores_;                                   // those with a thread
  bool few_;                                          // the process has few cores
};

#else

class Sleeper {
 public:
  void lieDown() noexcept {}
  void rise() noexcept {}
};

class BusyCores {
 public:
  struct Place {};
  Place stay() noexcept { return {}; }
  Place enter() noexcept { return {}; }
  static void move(Place&) noexcept {}
  void leave(const Place&) noexcept {}
  void keepOff(Sleeper&) const noexcept {}
};

#endif

}  // namespace ntkit
