#if defined(__x86_64__) || defined(NTKIT_EMULATE_X86)
#include "intrinsics.hpp"
#define NTKIT_KERNEL NTKIT_TARGET("avx512f,avx512vl,avx512dq")
#include "bulge.hpp"

namespace ntkit {

const BulgeKernels kBulgesAvx512{chaseBulge<Avx512<double>, kNarrowBand>,
                                 chaseBulge<Avx512<double>, kWideBand>};

}  // namespace ntkit
#endif
