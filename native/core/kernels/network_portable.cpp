#include "intrinsics.hpp"
#define NTKIT_KERNEL
#include "network_loops.hpp"

namespace ntkit {

const NetworkKernels<double> kNetworkPortableDouble = networkKernels<Portable, double, 3, 4>();
const NetworkKernels<float> kNetworkPortableFloat = networkKernels<Portable, float, 3, 4>();

}  // namespace ntkit
