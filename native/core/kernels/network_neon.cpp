#if defined(__aarch64__)
#include "intrinsics.hpp"
#define NTKIT_KERNEL
#include "network_loops.hpp"

namespace ntkit {

const NetworkKernels<double> kNetworkNeonDouble = networkKernels<Neon, double, 6, 4>();
const NetworkKernels<float> kNetworkNeonFloat = networkKernels<Neon, float, 6, 4>();

}  // namespace ntkit
#endif
