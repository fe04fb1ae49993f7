// The cores of the process: how many it may use, and which of them compute.
#pragma once

#include <optional>

#if defined(__linux__)
#include <sched.h>
#endif

namespace ntkit {

// Cores this process may use: its affinity mask, cut by a cgroup CPU quota.
int availableCores();

// Where the threads compute that have entered. The scheduler may wake two of them on the same core
// while another rests, and it balances after some ten milliseconds, which is longer than a small
// kernel takes: who enters on a core that is taken moves to another.
//
// enter and leave are called under a mutex of the owner's, move without it.
class BusyCores {
 public:
  class Place {
   public:
    // Takes the calling thread off the cores that were taken when it entered, if it may use others.
    // It may be back there at any time: what is asked of the system is one move.
    void move() const noexcept;

   private:
    friend class BusyCores;
    int core_ = -1;  // where the system does not tell
#if defined(__linux__)
    std::optional<cpu_set_t> taken_;
#endif
  };

  Place enter() noexcept;
  void leave(const Place& place) noexcept;

#if defined(__linux__)
  BusyCores() noexcept { CPU_ZERO(&taken_); }

 private:
  cpu_set_t taken_;
#endif
};

}  // namespace ntkit
