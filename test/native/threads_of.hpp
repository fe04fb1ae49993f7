#pragma once

#include "parallel.hpp"

namespace ntkit::test {

// Sets the threads of the pool for one test.
class ThreadsOf {
 public:
  explicit ThreadsOf(int count) : before_(threads()) { setThreads(count); }
  ~ThreadsOf() { setThreads(before_); }
  ThreadsOf(const ThreadsOf&) = delete;
  ThreadsOf& operator=(const ThreadsOf&) = delete;

 private:
  int before_;
};

}  // namespace ntkit::test
