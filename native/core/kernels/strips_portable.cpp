// Vectors of 16 bytes, which every target of today has, without fused multiply-adds: 8 of 16
// registers hold results.
#include "intrinsics.hpp"
#define NTKIT_KERNEL
#include "strip_loops.hpp"

namespace ntkit {

const StripKernels kStripsPortable{
    {4, 4, updateStrip<Portable<double>, 4, 2>, substituteStrip<Portable<double>, 4, 4, 4>,
     transposeStrip<Portable<double>>},
    {4, 8, updateStrip<Portable<float>, 4, 2>, substituteStrip<Portable<float>, 4, 8, 8>,
     transposeStrip<Portable<float>>}};

}  // namespace ntkit
