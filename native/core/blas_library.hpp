// The BLAS that the build chose: its C header, and the few things that no standard covers.
#pragma once

#include <string>

#if defined(NTKIT_BLAS_ACCELERATE)
#include <Accelerate/Accelerate.h>
#elif defined(NTKIT_BLAS_MKL)
#include <mkl_cblas.h>
#else
#include <cblas.h>
#endif

namespace ntkit::blas::library {

// From now on every call runs on the thread that makes it.
void useOneThread();

// Name and version, for example "OpenBLAS 0.3.21", and the kernel family chosen for this CPU,
// "Zen"; "unknown" where the library does not tell.
std::string version();
std::string coreName();

}  // namespace ntkit::blas::library
