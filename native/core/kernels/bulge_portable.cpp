#include "intrinsics.hpp"
#define NTKIT_KERNEL
#include "bulge.hpp"

namespace ntkit {

const BulgeKernels kBulgesPortable{chaseBulge<Portable<double>, kNarrowBand>,
                                   chaseBulge<Portable<double>, kWideBand>};

}  // namespace ntkit
