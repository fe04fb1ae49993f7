// Faults of the kinds that sanitizers are there to find, planted on purpose: a sanitizer that
// misses one does not work.
#pragma once

#include <string_view>

namespace ntkit::test {

// Commits the fault of that name, on memory and threads of the core. Returns false when there is
// none.
bool commitFault(std::string_view name);

}  // namespace ntkit::test
