#if defined(__aarch64__)
#include "intrinsics.hpp"
#define NTKIT_KERNEL
#include "bulge.hpp"

namespace ntkit {

const BulgeKernels kBulgesNeon{chaseBulge<Neon<double>, kNarrowBand>,
                               chaseBulge<Neon<double>, kWideBand>};

}  // namespace ntkit
#endif
