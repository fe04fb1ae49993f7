#if defined(__x86_64__) || defined(NTKIT_EMULATE_X86)
#include "intrinsics.hpp"
#define NTKIT_KERNEL NTKIT_TARGET("avx2,fma")
#include "bulge.hpp"

namespace ntkit {

const BulgeKernels kBulgesAvx2{chaseBulge<Avx2<double>, kNarrowBand>,
                               chaseBulge<Avx2<double>, kWideBand>};

}  // namespace ntkit
#endif
