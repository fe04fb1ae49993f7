#include "blocks.hpp"

#include <array>
#include <cstdlib>
#include <mutex>
#include <new>
#include <utility>

#include "pages.hpp"

namespace ntkit {
namespace {

// Of a cache line; of a huge page for blocks that hold one.
constexpr std::size_t kAlignment = 64;

// Blocks come in sizes of eight steps to the doubling: one of a size serves every request that is
// rounded to it, and wastes less than an eighth.
std::size_t roundedUp(std::size_t bytes) noexcept {
  if (kWatched) return bytes;
  std::size_t step = kAlignment;
  while (bytes > 16 * step) step *= 2;
  return (bytes + step - 1) / step * step;
}

// The kept blocks, the one given back last at the end. A fixed number of places: keeping a block
// must not allocate.
class Shelf {
 public:
  // Leaked on purpose: buffers of running operations outlive static destructors at process exit.
  static Shelf& instance() {
    static Shelf* const shelf = new Shelf();
    return *shelf;
  }

  // A block of that size; without one, others make room for it: what is kept here never adds to
  // what an operation takes.
  void* take(std::size_t size) noexcept {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = count_; i-- > 0;) {
      if (blocks_[i].size == size) return remove(i);
    }
    for (std::size_t freed = 0; freed < size && count_ > 0;) {
      freed += blocks_[0].size;
      std::free(remove(0));
    }
    return nullptr;
  }

  // Keeps the block; what has to go for it is freed.
  void keep(void* memory, std::size_t size) noexcept {
    for (;;) {
      void* oldest = nullptr;
      {
        const std::lock_guard lock(mutex_);
        if (count_ < kPlaces && bytes_ + size <= kKeptBytes) {
          blocks_[count_++] = {memory, size};
          bytes_ += size;
          return;
        }
        oldest = remove(0);
      }
      std::free(oldest);
    }
  }

  // Frees all of them: whether there were any.
  bool clear() noexcept {
    const std::lock_guard lock(mutex_);
    if (count_ == 0) return false;
    while (count_ > 0) std::free(remove(count_ - 1));
    return true;
  }

  std::size_t bytes() noexcept {
    const std::lock_guard lock(mutex_);
    return bytes_;
  }

 private:
  struct Block {
    void* memory;
    std::size_t size;
  };
  static constexpr std::size_t kPlaces = 64;

  void* remove(std::size_t i) noexcept {
    const Block block = blocks_[i];
    for (--count_; i < count_; ++i) blocks_[i] = blocks_[i + 1];
    bytes_ -= block.size;
    return block.memory;
  }

  std::mutex mutex_;
  std::array<Block, kPlaces> blocks_;
  std::size_t count_ = 0, bytes_ = 0;
};

bool isKept(std::size_t size) noexcept {
  return !kWatched && size >= kSmallestKeptBlock && size <= kLargestKeptBlock;
}

// Null when there is no memory. Unlike aligned_alloc it takes sizes that are no multiple of the
// alignment.
void* allocate(std::size_t size) noexcept {
  void* memory = nullptr;
  const bool huge = !kWatched && size >= kHugePage;
  return posix_memalign(&memory, huge ? kHugePage : kAlignment, size) == 0 ? memory : nullptr;
}

}  // namespace

void* takeBlock(std::size_t bytes) {
  const std::size_t size = roundedUp(bytes);
  if (size >= kSmallestKeptBlock) {
    if (void* const kept = Shelf::instance().take(size); kept != nullptr) return kept;
  }
  void* memory = allocate(size);
  if (memory == nullptr && Shelf::instance().clear()) memory = allocate(size);
  if (memory == nullptr) throw std::bad_alloc();
  prepareFresh(memory, size);
  return memory;
}

void returnBlock(void* block, std::size_t bytes) noexcept {
  const std::size_t size = roundedUp(bytes);
  if (isKept(size)) {
    Shelf::instance().keep(block, size);
  } else {
    std::free(block);
  }
}

std::size_t keptBytes() noexcept { return Shelf::instance().bytes(); }

}  // namespace ntkit
