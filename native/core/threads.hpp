// How threads are started: detached, and deaf to signals, which stay with the threads of the host.
#pragma once

#include <csignal>
#include <functional>
#include <thread>

namespace ntkit {

// Throws std::system_error when the system refuses.
inline void startDetached(std::function<void()> run) {
#if !defined(_WIN32)
  // The new thread inherits the mask of the thread that starts it.
  struct Deaf {
    sigset_t before;
    Deaf() {
      sigset_t all;
      sigfillset(&all);
      pthread_sigmask(SIG_SETMASK, &all, &before);
    }
    ~Deaf() { pthread_sigmask(SIG_SETMASK, &before, nullptr); }
  } deaf;
#endif
  std::thread(std::move(run)).detach();
}

}  // namespace ntkit
