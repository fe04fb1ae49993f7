// Pages of fresh memory. The first touch of a small page is an interrupt, which costs a virtual
// machine up to 10 us: more than the arithmetic of a Gram matrix on what the page holds. In pages
// of 2 MiB it is a few percent of it, and pages that are asked for together cost a third.
#pragma once

#include <cstddef>

namespace ntkit {

inline constexpr std::size_t kHugePage = std::size_t{1} << 21;

// For memory that is about to be written for the first time: huge pages where they fit, and what
// lies beside them in place at once. A hint: where the system has neither, nothing changes.
void prepareFresh(void* memory, std::size_t bytes) noexcept;

// Called once a process: blocks of up to 32 MiB come from the C library's heaps, one a thread that
// allocates, and up to 64 MiB that are free at the end of a heap stay there. glibc does so by
// itself once it has seen a block that large freed; until then it maps each one of 128 KiB or more
// afresh. V8 frees results in bunches, and the next ones find pages that are in place: Gram
// matrices of order 200 take a fourth of the time. Whoever has set glibc's limits keeps them.
void keepFreedBlocks() noexcept;

}  // namespace ntkit
