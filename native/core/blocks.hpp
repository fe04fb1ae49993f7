// Memory of buffers. Fresh pages cost more than the arithmetic of a small kernel, so a few blocks
// that were given back are kept for the next operation of that shape: at most kKeptBytes of them,
// those given back last. A request that none of them fits frees as much of them as it takes; what
// is freed goes back to the C library, which may keep some of it too (pages.hpp).
#pragma once

#include <cstddef>

namespace ntkit {

// Smaller blocks are the C library's to keep; larger ones than the other go back to the system at
// once.
constexpr std::size_t kSmallestKeptBlock = std::size_t{1} << 16;
constexpr std::size_t kLargestKeptBlock = std::size_t{1} << 25;
constexpr std::size_t kKeptBytes = std::size_t{1} << 26;

// Whether a sanitizer watches: it has to see every block taken and given back, at its own size.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kWatched = true;
#else
constexpr bool kWatched = false;
#endif

// Uninitialised memory of at least `bytes` > 0 on a cache-line boundary, in huge pages when it is
// large. Throws std::bad_alloc.
void* takeBlock(std::size_t bytes);

// Gives back what takeBlock(bytes) returned. Any thread may.
void returnBlock(void* block, std::size_t bytes) noexcept;

// Bytes that are kept now.
std::size_t keptBytes() noexcept;

}  // namespace ntkit
