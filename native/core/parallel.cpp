#include "parallel.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <limits>
#include <list>
#include <map>
#include <mutex>
#include <thread>

#include "cores.hpp"
#include "deal.hpp"
#include "threads.hpp"

namespace ntkit {
namespace {

thread_local bool insideTask = false;

// While it lives, loops started on this thread run inline.
class TaskScope {
 public:
  TaskScope() { insideTask = true; }
  ~TaskScope() { insideTask = false; }
  TaskScope(const TaskScope&) = delete;
  TaskScope& operator=(const TaskScope&) = delete;
};

// A thread with nothing to do while an operation is under way looks for more this long before it
// sleeps: waking it would cost up to a hundred microseconds.
constexpr auto kSpin = std::chrono::microseconds(200);

// The mutex of the pool is held for a microsecond; who sleeps on it wakes much later.
constexpr int kLockAttempts = 100;

// The number of a thread of the pool, from 1; 0 for all others, which call.
thread_local Index threadNumber = 0;

// Tasks a member from which on a loop deals them out. With fewer, one who is late costs more than
// what it finds in its cache saves: the next task is for whoever comes first.
constexpr Index kTasksToDeal = 8;
constexpr Index kAlways = 0, kNever = std::numeric_limits<Index>::max();

struct Job {
  Control& control;
  const Index tasks;
  const std::function<void(Index)>& body;
  const std::function<bool()>* const between;  // null: one round
  Deal deal;
  const bool apart = false;  // its caller runs no tasks of others
  std::exception_ptr failure = nullptr;
  Index started = 0;
  Index finished = 0;
  bool done = false;
  // Its place in the queue of jobs, kept here meanwhile: queueing allocates nothing, which could
  // fail on a thread that nobody guards.
  std::list<Job*> place{this};
  const std::list<Job*>::iterator at = place.begin();
};

// The caller of a job works like any thread of the pool until its job is done: small jobs wait for
// no other thread to wake, and the pool needs one thread less than may compute.
//
// Leaked on purpose: at process exit threads may still be inside a task, and destroying the mutex
// under them would turn a clean exit into a crash.
class Pool {
 public:
  static Pool& instance() {
    static Pool* const pool = new Pool();
    return *pool;
  }

  int threads() {
    const std::lock_guard lock(mutex_);
    return wanted_;
  }

  void setThreads(int count) {
    const std::lock_guard lock(mutex_);
    wanted_ = count;
    if (!jobs_.empty()) grow();
    wake_.notify_all();
    done_.notify_all();
  }

  // Operations under way, whose next loops are looked for.
  void begin() {
    const std::lock_guard lock(mutex_);
    ++underWay_;
  }
  void end() {
    const std::lock_guard lock(mutex_);
    --underWay_;
    tell();
  }

  void run(Job& job) {
    std::unique_lock lock(mutex_, std::defer_lock);
    acquire(lock);
    grow();
    ++underWay_;
    submit(job);
    while (!job.done) {
      if (job.apart && job.started < job.tasks) {
        work(job, lock);
        continue;
      }
      const auto ready = [&] { return job.done || (!job.apart && mayWork()); };
      lookFor(ready, !job.apart, lock);
      done_.wait(lock, ready);
      if (!job.done) work(*jobs_.front(), lock);
    }
    --underWay_;
    passOn();
    lock.unlock();
    if (job.failure) std::rethrow_exception(job.failure);
  }

 private:
  Pool() : wanted_(availableCores()) {}

  int alive() const { return static_cast<int>(sleepers_.size()); }

  // Starts the threads that are missing, the lowest numbers first. Called with the mutex held.
  void grow() {
    for (Index number = 1; alive() < wanted_ - 1; ++number) {
      if (!sleepers_.try_emplace(number).second) continue;
      try {
        startDetached([this, number] {
          threadNumber = number;
          live();
        });
      } catch (const std::exception&) {
        // The system refuses more threads: work goes on with those there are.
        sleepers_.erase(number);
        return;
      }
    }
  }

  // Whether there is a task and, of the threads that may compute, one that does not. Called with
  // the mutex held.
  bool mayWork() const { return !jobs_.empty() && working_ < wanted_; }

  // Makes the job's tasks available. Called with the mutex held.
  void submit(Job& job) {
    job.started = job.finished = 0;
    job.deal.restart();
    jobs_.splice(jobs_.end(), job.place);
    tell();
    // One task is for the thread that submits, or its caller; who looks for work finds some.
    const Index helpers = std::min<Index>(job.tasks - 1, alive()) - looking_;
    if (helpers > 0) {
      for (auto& [number, sleeper] : sleepers_) busy_.keepOff(sleeper);
    }
    for (Index i = 0; i < helpers; ++i) wake_.notify_one();
    if (job.between != nullptr) done_.notify_all();
  }

  // All tasks of the job have started. Called with the mutex held.
  void withdraw(Job& job) { job.place.splice(job.place.end(), jobs_, job.at); }

  // Who stops working leaves its place to another. Called with the mutex held.
  void passOn() {
    if (!mayWork()) return;
    wake_.notify_one();
    done_.notify_all();
  }

  // The life of a thread of the pool.
  void live() {
    std::unique_lock lock(mutex_);
    Sleeper& self = sleepers_.at(threadNumber);
    for (;;) {
      const auto ready = [&] { return mayWork() || threadNumber >= wanted_; };
      ++looking_;
      lookFor([&] { return ready() || underWay_ == 0; }, true, lock);
      --looking_;
      if (!ready()) {
        self.lieDown();
        wake_.wait(lock, ready);
        self.rise();
      }
      if (threadNumber >= wanted_) {
        sleepers_.erase(threadNumber);
        passOn();
        return;
      }
      work(*jobs_.front(), lock);
    }
  }

  // Runs the next task of a job that has one. Operations take turns, a task each, so that a short
  // one is not stuck behind a long one.
  void work(Job& job, std::unique_lock<std::mutex>& lock) {
    ++job.started;
    const Index task = job.deal.take(threadNumber);
    if (job.started < job.tasks) {
      jobs_.splice(jobs_.end(), jobs_, job.at);
    } else {
      withdraw(job);
    }
    ++working_;
    // JavaScript's thread stays where the system has it.
    BusyCores::Place place = job.apart && threadNumber == 0 ? busy_.stay() : busy_.enter();
    lock.unlock();
    BusyCores::move(place);
    std::exception_ptr failure = runGuarded(job, task);
    acquire(lock);
    --working_;
    busy_.leave(place);
    Index ended = 1;
    if (failure) {
      if (!job.failure) job.failure = failure;
      // Tasks that have not started are skipped, and counted as finished.
      if (job.started < job.tasks) withdraw(job);
      ended += job.tasks - job.started;
      job.started = job.tasks;
    }
    job.finished += ended;
    if (job.finished == job.tasks) endRound(job, lock);
  }

  // Called by the thread that ended the last task: the next round, or the end.
  void endRound(Job& job, std::unique_lock<std::mutex>& lock) {
    if (job.between != nullptr && !job.failure) {
      ++working_;
      const BusyCores::Place place = busy_.stay();
      lock.unlock();
      bool more = false;
      std::exception_ptr failure = guarded([&] { more = (*job.between)(); });
      acquire(lock);
      --working_;
      busy_.leave(place);
      job.failure = failure;
      if (more && !failure) {
        submit(job);
        return;
      }
    }
    job.done = true;
    tell();
    done_.notify_all();
  }

  // What others look for may have come. Called with the mutex held.
  void tell() noexcept { events_.fetch_add(1, std::memory_order_relaxed); }

  // Looks for a while whether `ready`, which is asked with the mutex held, on a core of its own
  // when it may move. On more threads than cores it gives way.
  template <class Ready>
  void lookFor(const Ready& ready, bool mayMove, std::unique_lock<std::mutex>& lock) {
    if (ready()) return;
    const auto end = std::chrono::steady_clock::now() + kSpin;
    BusyCores::Place place = mayMove ? busy_.enter() : busy_.stay();
    bool late = false;
    do {
      const std::uint64_t seen = events_.load(std::memory_order_relaxed);
      lock.unlock();
      BusyCores::move(place);
      while (events_.load(std::memory_order_relaxed) == seen && !late) {
        std::this_thread::yield();
        late = std::chrono::steady_clock::now() >= end;
      }
      acquire(lock);
    } while (!late && !ready());
    busy_.leave(place);
  }

  static void acquire(std::unique_lock<std::mutex>& lock) {
    for (int attempt = 0; attempt < kLockAttempts; ++attempt) {
      if (lock.try_lock()) return;
    }
    lock.lock();
  }

  static std::exception_ptr runGuarded(const Job& job, Index task) {
    return guarded([&] {
      job.control.checkpoint();
      job.body(task);
    });
  }

  template <class Work>
  static std::exception_ptr guarded(const Work& work) {
    const TaskScope scope;
    try {
      work();
      return nullptr;
    } catch (...) {
      return std::current_exception();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;          // threads of the pool
  std::condition_variable done_;          // callers
  std::list<Job*> jobs_;                  // those with tasks that have not started
  std::atomic<std::uint64_t> events_{0};  // rounds made available and jobs done so far
  int underWay_ = 0;                      // operations, and loops in them and beside
  int working_ = 0;                       // threads that compute, callers among them
  int looking_ = 0;                       // threads of the pool that look for work
  BusyCores busy_;                        // where all of these are
  std::map<Index, Sleeper> sleepers_;     // the threads of the pool, by number
  int wanted_;
};

}  // namespace

OperationUnderWay::OperationUnderWay() { Pool::instance().begin(); }
OperationUnderWay::~OperationUnderWay() { Pool::instance().end(); }

int threads() { return Pool::instance().threads(); }

Index numberOfThisThread() noexcept { return threadNumber; }

void setThreads(int count) { Pool::instance().setThreads(count); }

namespace {

void runInline(Control& control, Index tasks, const std::function<void(Index)>& body,
               const std::function<bool()>* between) {
  do {
    for (Index i = 0; i < tasks; ++i) {
      control.checkpoint();
      body(i);
    }
  } while (between != nullptr && (*between)());
}

void run(Control& control, Index tasks, const std::function<void(Index)>& body,
         const std::function<bool()>* between, Index tasksToDeal) {
  control.checkpoint();
  if (tasks <= 0) return;
  if (insideTask) {
    runInline(control, tasks, body, between);
  } else {
    const Index members = threads();
    Job job{control, tasks, body, between,
            Deal(tasks, tasks / members < tasksToDeal ? 1 : members)};
    Pool::instance().run(job);
  }
}

}  // namespace

void parallelFor(Control& control, Index tasks, const std::function<void(Index)>& body) {
  run(control, tasks, body, nullptr, kTasksToDeal);
}

void parallelInOrder(Control& control, Index tasks, const std::function<void(Index)>& body) {
  run(control, tasks, body, nullptr, kNever);
}

void parallelRounds(Control& control, Index tasks, const std::function<void(Index)>& body,
                    const std::function<bool()>& between) {
  run(control, tasks, body, &between, kAlways);
}

void runAlone(const std::function<void()>& work) {
  const TaskScope scope;
  work();
}

void parallelApart(Index tasks, Index bytes, const std::function<void(Index)>& body) {
  constexpr Index kShared = Index{1} << 20;
  if (tasks <= 0) return;
  if (bytes < kShared) {
    for (Index task = 0; task < tasks; ++task) body(task);
    return;
  }
  Control control;
  Job job{control, tasks, body, nullptr, Deal(tasks, threads()), true};
  Pool::instance().run(job);
}

}  // namespace ntkit
