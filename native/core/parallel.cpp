#include "parallel.hpp"

#include <condition_variable>
#include <exception>
#include <fstream>
#include <list>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>

#include "threads.hpp"

#if defined(__linux__)
#include <sched.h>
#endif

namespace ntkit {
namespace {

thread_local bool insideTask = false;

struct Job {
  Control& control;
  const Index tasks;
  const std::function<void(Index)>& body;
  Index started = 0;
  Index finished = 0;
  std::exception_ptr failure;
};

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
    if (!jobs_.empty()) growTo(count);
    wake_.notify_all();
  }

  void run(Control& control, Index tasks, const std::function<void(Index)>& body) {
    Job job{control, tasks, body, 0, 0, nullptr};
    std::unique_lock lock(mutex_);
    if (!growTo(wanted_)) {
      lock.unlock();
      for (Index i = 0; i < tasks; ++i) runTask(job, i);
    } else {
      jobs_.push_back(&job);
      wake_.notify_all();
      done_.wait(lock, [&] { return job.finished == job.tasks; });
      lock.unlock();
    }
    if (job.failure) std::rethrow_exception(job.failure);
  }

 private:
  Pool() : wanted_(availableCores()) {}

  // Starts the threads that are missing; false when not even one can be had. Called with the mutex
  // held.
  bool growTo(int count) {
    try {
      while (alive_ < count) {
        startDetached([this] { work(); });
        ++alive_;
      }
    } catch (const std::system_error&) {
      // The system refuses more threads: work goes on with those there are.
    }
    return alive_ > 0;
  }

  void work() {
    insideTask = true;
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [&] { return !jobs_.empty() || alive_ > wanted_; });
      if (alive_ > wanted_) {
        --alive_;
        return;
      }
      // Operations take turns, a task each, so that a short one is not stuck behind a long one.
      Job* const job = jobs_.front();
      const Index task = job->started++;
      if (job->started < job->tasks) {
        jobs_.splice(jobs_.end(), jobs_, jobs_.begin());
      } else {
        jobs_.pop_front();
      }
      lock.unlock();
      std::exception_ptr failure = runGuarded(*job, task);
      lock.lock();
      Index ended = 1;
      if (failure) {
        if (!job->failure) job->failure = failure;
        // Tasks that have not started are skipped, and counted as finished.
        ended += job->tasks - job->started;
        job->started = job->tasks;
        std::erase(jobs_, job);
      }
      job->finished += ended;
      if (job->finished == job->tasks) done_.notify_all();
    }
  }

  static std::exception_ptr runGuarded(const Job& job, Index task) {
    try {
      job.control.checkpoint();
      job.body(task);
      return nullptr;
    } catch (...) {
      return std::current_exception();
    }
  }

  static void runTask(Job& job, Index task) {
    if (!job.failure) job.failure = runGuarded(job, task);
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  // A list: a job goes to the end of it without an allocation, which could fail on a thread that
  // nobody guards.
  std::list<Job*> jobs_;
  int alive_ = 0;
  int wanted_;
};

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

int threads() { return Pool::instance().threads(); }

void setThreads(int count) { Pool::instance().setThreads(count); }

void parallelFor(Control& control, Index tasks, const std::function<void(Index)>& body) {
  control.checkpoint();
  if (tasks <= 0) return;
  if (insideTask) {
    for (Index i = 0; i < tasks; ++i) {
      control.checkpoint();
      body(i);
    }
    return;
  }
  Pool::instance().run(control, tasks, body);
}

}  // namespace ntkit
