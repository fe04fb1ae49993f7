#if defined(__aarch64__)
#include "intrinsics.hpp"
#define NTKIT_KERNEL
#include "gram_loops.hpp"

namespace ntkit {

const GramKernels<double> kGramNeonDouble =
    gramKernels<Neon, double, RegisterBlock{4, 6, 4, 200}>();
const GramKernels<float> kGramNeonFloat = gramKernels<Neon, float, RegisterBlock{4, 6, 4, 200}>();

}  // namespace ntkit
#endif
