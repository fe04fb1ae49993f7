#include "pages.hpp"

#include <cstdint>
#include <cstdlib>

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace ntkit {

#if defined(__linux__) && defined(MADV_HUGEPAGE)
namespace {

#if defined(MADV_POPULATE_WRITE)
constexpr int kPopulate = MADV_POPULATE_WRITE;
#else
constexpr int kPopulate = 23;  // of Linux 5.14; older ones refuse it
#endif

void advise(std::uintptr_t begin, std::uintptr_t end, int advice) noexcept {
  if (begin < end) (void)madvise(reinterpret_cast<void*>(begin), end - begin, advice);
}

}  // namespace

void prepareFresh(void* memory, std::size_t bytes) noexcept {
  // Less is rarely fresh: most pages of a heap that has blocks of that size have been touched.
  constexpr std::size_t kLeast = std::size_t{1} << 16;
  if (bytes < kLeast) return;
  static const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto down = [](std::uintptr_t place, std::uintptr_t size) { return place & ~(size - 1); };
  const auto start = reinterpret_cast<std::uintptr_t>(memory);
  const std::uintptr_t begin = down(start, page), end = down(start + bytes + page - 1, page);
  const std::uintptr_t first = down(begin + kHugePage - 1, kHugePage), last = down(end, kHugePage);
  if (first >= last) return advise(begin, end, kPopulate);
  // The small pages before the first huge one are a huge one themselves where the block has a
  // mapping of its own that starts at its boundary, behind the header of the heap.
  advise(begin, end, MADV_HUGEPAGE);
  advise(begin, first, kPopulate);
  advise(last, end, kPopulate);
}
#else
void prepareFresh(void*, std::size_t) noexcept {}
#endif

void keepFreedBlocks() noexcept {
#if defined(__GLIBC__)
  // From the largest block that it learns from: 32 MiB with its header, in whole pages of any size.
  constexpr std::size_t kLargest = (std::size_t{1} << 25) - (std::size_t{1} << 16);
  // Volatile, or the compiler drops a block that is freed as it came.
  void* volatile const block = std::malloc(kLargest);
  std::free(block);
#endif
}

}  // namespace ntkit
