#include "blocks.hpp"

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "check.hpp"
#include "matrix_view.hpp"

namespace ntkit {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 20;

TEST(aBlockLiesOnACacheLineAndIsWritable) {
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{64}, std::size_t{65}, kBlock - 1,
                                  kSmallestKeptBlock, kLargestKeptBlock + 1}) {
    auto* const block = static_cast<unsigned char*>(takeBlock(bytes));
    CHECK_EQUAL(reinterpret_cast<std::uintptr_t>(block) % 64, 0u);
    block[0] = block[bytes - 1] = 1;
    returnBlock(block, bytes);
  }
}

TEST(aBlockThatWasGivenBackServesTheNextOfItsSize) {
  void* const first = takeBlock(kBlock);
  void* const second = takeBlock(kBlock);
  CHECK(first != second);
  returnBlock(first, kBlock);
  const std::size_t kept = keptBytes();
  // Sizes are rounded: a little less is the same size.
  void* const third = takeBlock(kBlock - 100);
  if (!kWatched) {
    CHECK(third == first);
    CHECK_EQUAL(kept - keptBytes(), kBlock);
  }
  returnBlock(third, kBlock - 100);
  returnBlock(second, kBlock);
  CHECK(keptBytes() >= kept);
}

TEST(whatIsKeptMakesRoomForWhatIsNotThere) {
  for (int i = 0; i < 3; ++i) returnBlock(takeBlock(kBlock + 1000000), kBlock + 1000000);
  const std::size_t kept = keptBytes();
  void* const other = takeBlock(3 * kBlock + 5);
  CHECK(keptBytes() == 0 || kept - keptBytes() >= 3 * kBlock);
  returnBlock(other, 3 * kBlock + 5);
}

TEST(noMoreIsKeptThanSaid) {
  std::vector<void*> blocks;
  constexpr std::size_t kSize = kLargestKeptBlock / 4;
  for (std::size_t i = 0; i < 2 * kKeptBytes / kSize; ++i) blocks.push_back(takeBlock(kSize));
  for (void* const block : blocks) {
    returnBlock(block, kSize);
    CHECK(keptBytes() <= kKeptBytes);
  }
  // Too large and too small to keep.
  for (const std::size_t bytes : {2 * kLargestKeptBlock, kSmallestKeptBlock / 2}) {
    void* const block = takeBlock(bytes);
    const std::size_t kept = keptBytes();
    returnBlock(block, bytes);
    CHECK_EQUAL(keptBytes(), kept);
  }
}

TEST(threadsShareTheBlocks) {
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&wrong, thread] {
      for (int turn = 0; turn < 200; ++turn) {
        const Index size = 10'000 + 3'000 * (turn % 7);
        Buffer<double> buffer(size);
        buffer.fill(thread);
        for (const double value : buffer) wrong += value != thread;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK_EQUAL(wrong.load(), 0);
}

TEST(aSizeThatOverflowsIsRefused) {
  bool refused = false;
  try {
    const Buffer<double> buffer(std::numeric_limits<Index>::max() / 4);
  } catch (const std::bad_alloc&) {
    refused = true;
  }
  CHECK(refused);
}

}  // namespace
}  // namespace ntkit
