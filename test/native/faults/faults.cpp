#include "faults.hpp"

#include <atomic>
#include <limits>
#include <thread>

#include "matrix_view.hpp"
#include "parallel.hpp"

namespace ntkit::test {
namespace {

// Results that are not used would be optimised away, and the fault with them.
volatile double sink;

// What the compiler cannot know.
template <class T>
T opaque(T value) {
  volatile T hidden = value;
  return hidden;
}

// One element after the last, read by a thread of the pool or its caller.
void overflowHeap() {
  const Buffer<double> buffer(1000);
  Control control;
  parallelFor(control, 2, [&](Index) { sink = buffer[opaque<Index>(1000)]; });
}

void useAfterReturn() {
  const double* lost = nullptr;
  {
    Buffer<double> buffer(100000);
    buffer.fill(1);
    lost = buffer.data();
  }
  sink = lost[opaque<Index>(7)];
}

void overflowInteger() { sink = opaque(std::numeric_limits<int>::max()) + opaque(1); }

void readMisaligned() {
  alignas(8) const char bytes[24] = {};
  sink = *reinterpret_cast<const double*>(bytes + opaque<Index>(3));
}

// Two tasks write one variable. They wait for each other without synchronising, so that neither has
// ended before the other begins.
void race() {
  setThreads(2);
  Control control;
  Index shared = 0;
  std::atomic<int> started{0};
  parallelFor(control, 2, [&](Index task) {
    started.fetch_add(1, std::memory_order_relaxed);
    while (started.load(std::memory_order_relaxed) < 2) std::this_thread::yield();
    shared += task + 1;
  });
  sink = static_cast<double>(shared);
}

[[gnu::noinline]] void leakBlock() {
  double* const block = new double[1000];
  sink = block[opaque<Index>(0)] = 1;
}

// By a thread that is gone, so that no stack or register still knows the block.
void leak() { std::thread(leakBlock).join(); }

struct Fault {
  std::string_view name;
  void (*commit)();
};

constexpr Fault kFaults[] = {
    {"heap-overflow", overflowHeap},
    {"use-after-return", useAfterReturn},
    {"integer-overflow", overflowInteger},
    {"misaligned-read", readMisaligned},
    {"data-race", race},
    {"leak", leak},
};

}  // namespace

bool commitFault(std::string_view name) {
  for (const Fault& fault : kFaults) {
    if (fault.name != name) continue;
    fault.commit();
    return true;
  }
  return false;
}

}  // namespace ntkit::test
