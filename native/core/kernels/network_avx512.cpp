#if defined(__x86_64__) || defined(NTKIT_EMULATE_X86)
// GCC 12 warns of its own header, whose intrinsics leave a register undefined that is never read.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include "intrinsics.hpp"
#define NTKIT_KERNEL NTKIT_TARGET(NTKIT_WIDE_AVX512)
#include "network_loops.hpp"

namespace ntkit {

const NetworkKernels<double> kNetworkAvx512Double = networkKernels<Avx512, double, 12, 2>();
const NetworkKernels<float> kNetworkAvx512Float = networkKernels<Avx512, float, 12, 2>();

}  // namespace ntkit
#endif
