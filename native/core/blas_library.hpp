// The BLAS that the build chose, as far as no standard covers it.
#pragma once

#include <string>

namespace ntkit::blas::library {

// From now on every call runs on the thread that makes it.
void useOneThread();

// Name and version, for example "OpenBLAS 0.3.21", and the kernel family chosen for this CPU,
// "Zen"; "unknown" where the library does not tell.
std::string version();
std::string coreName();

}  // namespace ntkit::blas::library
