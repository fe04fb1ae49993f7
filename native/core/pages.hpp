// Huge pages for large memory. The first touch of fresh 4 KiB pages costs more than the arithmetic
// of a Gram matrix; in pages of 2 MiB it is a few percent of it.
#pragma once

#include <cstddef>

namespace ntkit {

// Asks for huge pages where at least two of them fit. A hint: where the system gives none, nothing
// changes.
void adviseHugePages(void* memory, std::size_t bytes) noexcept;

}  // namespace ntkit
