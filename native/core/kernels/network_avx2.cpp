#if defined(__x86_64__) || defined(NTKIT_EMULATE_X86)
#include "intrinsics.hpp"
#define NTKIT_KERNEL NTKIT_TARGET("avx2,fma")
#include "network_loops.hpp"

namespace ntkit {

const NetworkKernels<double> kNetworkAvx2Double = networkKernels<Avx2, double, 6, 2>();
const NetworkKernels<float> kNetworkAvx2Float = networkKernels<Avx2, float, 6, 2>();

}  // namespace ntkit
#endif
