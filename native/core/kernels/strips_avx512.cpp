// Thirty-two registers of 8 doubles or 16 floats: 24 hold results, 3 a line of B, one a row of A.
// Eight rows of floats are half a register.
#if defined(__x86_64__) || defined(NTKIT_EMULATE_X86)
#include "intrinsics.hpp"
#define NTKIT_KERNEL NTKIT_TARGET("avx512f,avx512vl,avx512dq,fma")
#include "strip_loops.hpp"

namespace ntkit {

const StripKernels kStripsAvx512{
    {8, 24, updateStrip<Avx512<double>, 8, 3>, substituteStrip<Avx512<double>, 8, 24, 24>,
     transposeStrip<Avx512<double>>},
    {8, 48, updateStrip<Avx512<float>, 8, 3>, substituteStrip<Avx2<float>, 8, 48, 12>,
     transposeStrip<Avx2<float>>}};

}  // namespace ntkit
#endif
