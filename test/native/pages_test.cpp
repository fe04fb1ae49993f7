#include "pages.hpp"

#include <cstddef>

#include "check.hpp"

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>

#include <vector>

namespace ntkit {
namespace {

// Pages of a fresh mapping, of which nothing has been touched.
class Mapping {
 public:
  explicit Mapping(std::size_t bytes)
      : bytes_(bytes),
        memory_(static_cast<char*>(
            mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
    CHECK(memory_ != MAP_FAILED);
  }
  ~Mapping() { (void)munmap(memory_, bytes_); }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  char* data() const { return memory_; }

  // Which of its pages are in memory.
  std::vector<unsigned char> resident() const {
    std::vector<unsigned char> pages(bytes_ / pageSize());
    CHECK_EQUAL(mincore(memory_, bytes_, pages.data()), 0);
    for (unsigned char& page : pages) page &= 1;
    return pages;
  }

  static std::size_t pageSize() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }

 private:
  std::size_t bytes_;
  char* memory_;
};

constexpr std::size_t kSmall = std::size_t{1} << 18;

// Linux before 5.14 puts no page in place before it is touched.
bool populates() {
  const Mapping mapping(kSmall);
  prepareFresh(mapping.data(), kSmall);
  return mapping.resident()[0] == 1;
}

TEST(memoryIsInPlaceAtOnceAndItsNeighboursAreNot) {
  if (!populates()) return;
  const std::size_t page = Mapping::pageSize();
  const Mapping mapping(kSmall + 4 * page);
  // Part of a page at either end.
  prepareFresh(mapping.data() + 2 * page - 16, kSmall + 32);
  std::vector<unsigned char> expected(kSmall / page + 4, 1);
  expected.front() = expected.back() = 0;
  CHECK(mapping.resident() == expected);
}

TEST(memoryOfAFewPagesIsLeftToTheHeap) {
  const Mapping mapping(kSmall);
  prepareFresh(mapping.data(), 4096);
  CHECK_EQUAL(mapping.resident()[0], 0);
}

TEST(whatIsWrittenStays) {
  const std::size_t bytes = 3 * kHugePage;
  const Mapping mapping(bytes);
  mapping.data()[0] = 1;
  mapping.data()[kHugePage + 5] = 2;
  mapping.data()[bytes - 1] = 3;
  prepareFresh(mapping.data() + 7, bytes - 9);
  CHECK_EQUAL(mapping.data()[0], 1);
  CHECK_EQUAL(mapping.data()[kHugePage + 5], 2);
  CHECK_EQUAL(mapping.data()[bytes - 1], 3);
  CHECK_EQUAL(mapping.data()[bytes / 2], 0);
}

TEST(whatLiesBesideHugePagesIsInPlace) {
  if (!populates()) return;
  const std::size_t page = Mapping::pageSize(), bytes = 3 * kHugePage - 2 * page;
  const Mapping mapping(3 * kHugePage);
  prepareFresh(mapping.data(), bytes);
  CHECK_EQUAL(mapping.resident()[bytes / page - 1], 1);
}

TEST(noMemoryIsNoMatter) { prepareFresh(nullptr, 0); }

}  // namespace
}  // namespace ntkit
#endif
