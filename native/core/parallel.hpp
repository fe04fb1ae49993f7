// The one thread pool of the process. Its threads and those that call it share the numeric work, so
// that at most threads() cores are busy however many operations are under way; BLAS itself always
// runs one thread a call.
//
// Tiles are cut by the callers at boundaries that do not depend on the number of threads, and each
// tile is computed by one thread: the same bits come out at any thread count.
#pragma once

#include <functional>

#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

// Threads of the pool; setThreads takes effect for tasks that have not started. 1 <= count <= 1024.
int threads();
void setThreads(int count);

// That of a thread of the pool, from 1; 0 for those that call.
Index numberOfThisThread() noexcept;

// Runs body(0) ... body(tasks - 1), in any order, and returns when all are done. Many tasks are
// dealt out, to every thread the same ones in every loop; who has done its own takes others'. The
// first exception is rethrown here after the running tasks have ended; remaining tasks are skipped.
// An abort of `control` is seen before each task. From inside a task the loop runs inline on the
// same thread.
void parallelFor(Control& control, Index tasks, const std::function<void(Index)>& body);

// The same in the order of the tasks, whoever comes first: for tasks that wait for earlier ones.
void parallelInOrder(Control& control, Index tasks, const std::function<void(Index)>& body);

// Rounds of such loops, dealt out however few tasks there are, with a serial step after each:
// body(0) ... body(tasks - 1), then between() on whichever thread ended the round, while it returns
// true. A round starts within a microsecond of the end of the last, where a loop of its own costs
// two wake-ups. Exceptions, aborts and nesting as above; what a round wrote is seen by between()
// and by the next round.
void parallelRounds(Control& control, Index tasks, const std::function<void(Index)>& body,
                    const std::function<bool()>& between);

// While it lives, threads of the pool that run out of tasks look for the operation's next loop for
// some hundred microseconds before they sleep.
class OperationUnderWay {
 public:
  OperationUnderWay();
  ~OperationUnderWay();
  OperationUnderWay(const OperationUnderWay&) = delete;
  OperationUnderWay& operator=(const OperationUnderWay&) = delete;
};

// A loop of a thread that others must not hold up, JavaScript's: it runs tasks of this loop alone,
// and threads of the pool help when they are free. Loops over less than 1 MiB end before another
// thread has come: they ask for none. Not for use inside a task.
void parallelApart(Index tasks, Index bytes, const std::function<void(Index)>& body);

// Runs work on the calling thread alone: loops inside it run inline. For brief work of a thread
// that must not meet the tasks of others, JavaScript's.
void runAlone(const std::function<void()>& work);

// Runs one piece of serial work on the pool. Loops inside it run inline: the way to give a small
// job one thread, so that several small jobs run side by side.
inline void runOnPool(Control& control, const std::function<void()>& work) {
  parallelFor(control, 1, [&](Index) { work(); });
}

// How many blocks of `blockSize` cover `size`.
constexpr Index blockCount(Index size, Index blockSize) {
  return (size + blockSize - 1) / blockSize;
}

// Runs body(first, count) over the blocks that cover [0, size).
template <class Body>
void parallelBlocks(Control& control, Index size, Index blockSize, const Body& body) {
  parallelFor(control, blockCount(size, blockSize), [&](Index block) {
    const Index first = block * blockSize;
    body(first, std::min(blockSize, size - first));
  });
}

}  // namespace ntkit
