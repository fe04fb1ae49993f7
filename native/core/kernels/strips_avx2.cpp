// Sixteen registers of 4 doubles or 8 floats: 12 hold results, 3 a line of B, one a row of A. Four
// rows of floats are half a register.
#if defined(__x86_64__) || defined(NTKIT_EMULATE_X86)
#include "intrinsics.hpp"
#define NTKIT_KERNEL NTKIT_TARGET("avx2,fma")
#include "strip_loops.hpp"

namespace ntkit {

const StripKernels kStripsAvx2{
    {4, 12, updateStrip<Avx2<double>, 4, 3>, substituteStrip<Avx2<double>, 4, 12, 12>,
     transposeStrip<Avx2<double>>},
    {4, 24, updateStrip<Avx2<float>, 4, 3>, substituteStrip<Portable<float>, 4, 24, 12>,
     transposeStrip<Portable<float>>}};

}  // namespace ntkit
#endif
