#if defined(__x86_64__) || defined(NTKIT_EMULATE_X86)
#include "intrinsics.hpp"
#define NTKIT_KERNEL NTKIT_TARGET("avx2,fma")
#include "gram_loops.hpp"

namespace ntkit {

const GramKernels<double> kGramAvx2Double =
    gramKernels<Avx2, double, RegisterBlock{4, 3, 4, 200}>();
const GramKernels<float> kGramAvx2Float = gramKernels<Avx2, float, RegisterBlock{4, 3, 8, 200}>();

}  // namespace ntkit
#endif
