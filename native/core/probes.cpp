#include "probes.hpp"

#include <atomic>
#include <chrono>
#include <cstring>
#include <thread>

#include "blocks.hpp"
#include "cpu.hpp"
#include "kernels/probes.hpp"
#include "parallel.hpp"

namespace ntkit {
namespace {

// Beyond any last-level cache that a few threads fill; where a sanitizer watches, rates mean
// nothing and every page costs several.
constexpr Index kArrayBytes = Index{kWatched ? 16 : 256} << 20;
constexpr Index kChunkBytes = Index{4} << 20;
constexpr int kLoopRounds = 16;
constexpr int kMemoryRounds = 7;
// Several tasks a thread, so that a thread that starts late leaves its share to the others.
constexpr Index kTasksPerThread = 4;
constexpr double kTaskSeconds = 1e-3;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double secondsOf(const auto& work) {
  const double start = now();
  work();
  return now() - start;
}

// The shortest of several runs of work().
double bestSeconds(int rounds, const auto& work) {
  double best = secondsOf(work);
  for (int round = 1; round < rounds; ++round) best = std::min(best, secondsOf(work));
  return best;
}

// Passes that take one thread about kTaskSeconds: at its best, since an interruption would pass for
// a slow loop, and tasks too short to measure would follow.
Index passesOf(const ProbeLoop& loop) {
  constexpr int kTries = 3;
  Index passes = 64;
  while (bestSeconds(kTries, [&] { loop.run(passes); }) < kTaskSeconds) passes *= 2;
  return passes;
}

double rateOf(const ProbeLoop& loop, Control& control) {
  Index passes = 0;
  runOnPool(control, [&] { passes = passesOf(loop); });
  const Index tasks = threads() * kTasksPerThread;
  const double seconds = bestSeconds(
      kLoopRounds, [&] { parallelFor(control, tasks, [&](Index) { loop.run(passes); }); });
  return loop.operations * static_cast<double>(passes * tasks) / seconds;
}

// The widest multiply-adds that this CPU has: BLAS asks the CPU, not NTKIT_ISA.
const ProbeLoops& fmaLoops() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f")) return kProbesAvx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return kProbesAvx2;
#elif defined(__aarch64__)
  return kProbesNeon;
#endif
  return kProbesPortable;
}

// How the gate kernels in use count.
const ProbeLoops& bitLoops() {
  const std::string_view isa = kernels().isa;
#if defined(__x86_64__)
  if (isa == "avx512") return kProbesAvx512;
  if (isa == "avx2") return kProbesAvx2;
#elif defined(__aarch64__)
  if (isa == "neon") return kProbesNeon;
#endif
  return kProbesPortable;
}

std::uint64_t sumOf(const std::uint64_t* words, Index count) {
  std::uint64_t sum = 0;
  for (Index i = 0; i < count; ++i) sum += words[i];
  return sum;
}

void increment(std::uint64_t* words, Index count) {
  for (Index i = 0; i < count; ++i) ++words[i];
}

using Words = Buffer<std::uint64_t>;
constexpr Index kWords = kArrayBytes / static_cast<Index>(sizeof(std::uint64_t));
constexpr Index kChunkWords = kChunkBytes / static_cast<Index>(sizeof(std::uint64_t));

// Bytes a second that body(first, count), run over all words in chunks, moves.
double bandwidth(Control& control, double bytesPerWord, const auto& body) {
  const double seconds =
      bestSeconds(kMemoryRounds, [&] { parallelBlocks(control, kWords, kChunkWords, body); });
  return bytesPerWord * static_cast<double>(kWords) / seconds;
}

void clear(std::uint64_t* words, Index count) {
  std::memset(words, 0, static_cast<std::size_t>(count) * sizeof(std::uint64_t));
}

double firstTouch(Control& control) {
  double best = 0;
  for (int round = 0; round < kMemoryRounds; ++round) {
    Words fresh(kWords);
    const double seconds = secondsOf([&] {
      parallelBlocks(control, kWords, kChunkWords,
                     [&](Index first, Index count) { clear(fresh.data() + first, count); });
    });
    best = std::max(best, static_cast<double>(kArrayBytes) / seconds);
  }
  return best;
}

constexpr Index kTurns = 20000;

// Two threads count in turn, one the even numbers and one the odd.
void takeTurns(std::atomic<Index>& number, Index first) {
  constexpr int kSpins = 1000;
  for (Index own = first; own < 2 * kTurns; own += 2) {
    for (int spins = 0; number.load(std::memory_order_acquire) != own; ++spins) {
      if (spins > kSpins) std::this_thread::yield();
    }
    number.store(own + 1, std::memory_order_release);
  }
}

double exchanges(Control& control) {
  constexpr double kPatience = 0.05;
  enum Meeting { kNobody, kOneWaits, kBoth, kGivenUp };
  std::atomic<Meeting> meeting{kNobody};
  alignas(64) std::atomic<Index> number{0};
  double seconds = 0;
  parallelFor(control, 2, [&](Index) {
    Meeting found = kNobody;
    if (meeting.compare_exchange_strong(found, kOneWaits)) {
      const double late = now() + kPatience;
      for (found = kOneWaits; meeting.load() == kOneWaits;) {
        if (now() > late && meeting.compare_exchange_strong(found, kGivenUp)) return;
      }
      takeTurns(number, 0);
    } else if (found == kOneWaits && meeting.compare_exchange_strong(found, kBoth)) {
      seconds = secondsOf([&] { takeTurns(number, 1); });
    }
  });
  return seconds > 0 ? static_cast<double>(kTurns) / seconds : 0;
}

}  // namespace

Index probeBytes() { return 2 * kArrayBytes; }

MachineLimits probeMachine(Control& control) {
  MachineLimits limits{};
  limits.fmaDouble = rateOf(fmaLoops().fmaDouble, control);
  limits.fmaSingle = rateOf(fmaLoops().fmaSingle, control);
  limits.bitCounts = rateOf(bitLoops().bitCounts, control);
  limits.firstTouch = firstTouch(control);
  limits.exchanges = exchanges(control);

  Words from(kWords), to(kWords);
  constexpr double kWordBytes = sizeof(std::uint64_t);
  std::uint64_t* const source = from.data();
  std::uint64_t* const target = to.data();
  // Both are touched before anything is timed: the first run of each is among the slow ones.
  limits.write = bandwidth(control, kWordBytes,
                           [=](Index first, Index count) { clear(target + first, count); });
  parallelBlocks(control, kWords, kChunkWords,
                 [=](Index first, Index count) { clear(source + first, count); });
  limits.read = bandwidth(control, kWordBytes, [=](Index first, Index count) {
    const volatile std::uint64_t kept = sumOf(source + first, count);
    static_cast<void>(kept);
  });
  limits.copy = bandwidth(control, 2 * kWordBytes, [=](Index first, Index count) {
    std::memcpy(target + first, source + first, static_cast<std::size_t>(count) * sizeof(*target));
  });
  limits.update = bandwidth(control, 2 * kWordBytes,
                            [=](Index first, Index count) { increment(target + first, count); });
  return limits;
}

}  // namespace ntkit
