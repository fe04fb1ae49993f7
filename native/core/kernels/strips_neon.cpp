// Thirty-two registers of 2 doubles or 4 floats: 24 hold results, 6 a line of B, one a row of A.
#if defined(__aarch64__)
#include "intrinsics.hpp"
#define NTKIT_KERNEL
#include "strip_loops.hpp"

namespace ntkit {

const StripKernels kStripsNeon{
    {4, 12, updateStrip<Neon<double>, 4, 6>, substituteStrip<Neon<double>, 4, 12, 12>,
     transposeStrip<Neon<double>>},
    {4, 24, updateStrip<Neon<float>, 4, 6>, substituteStrip<Neon<float>, 4, 24, 24>,
     transposeStrip<Neon<float>>}};

}  // namespace ntkit
#endif
