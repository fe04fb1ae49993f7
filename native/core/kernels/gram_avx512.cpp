#if defined(__x86_64__) || defined(NTKIT_EMULATE_X86)
// GCC 12 warns of its own header, whose intrinsics leave a register undefined that is never read.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include "intrinsics.hpp"
#define NTKIT_KERNEL NTKIT_TARGET("avx512f,avx512vl,avx512dq")
#include "gram_loops.hpp"

namespace ntkit {

const GramKernels<double> kGramAvx512Double =
    gramKernels<Avx512, double, RegisterBlock{8, 3, 8, 128}>();
const GramKernels<float> kGramAvx512Float =
    gramKernels<Avx512, float, RegisterBlock{8, 3, 16, 128}>();

}  // namespace ntkit
#endif
