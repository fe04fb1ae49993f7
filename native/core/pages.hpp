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

// Called once: blocks of up to 32 MiB that are freed stay in the heap of the C library, at most 64
// MiB of them at its end, where glibc otherwise maps each block of 128 KiB or more afresh until it
// sees one that large freed. V8 frees results in bunches, and the next ones find pages that are in
// place: a result of 200 x 200 takes a fourth of the time. Who has set a limit for glibc keeps it.
void keepFreedBlocks() noexcept;

}  // namespace ntkit
