#include "intrinsics.hpp"
#define NTKIT_KERNEL
#include "gram_loops.hpp"

namespace ntkit {

const GramKernels<double> kGramPortableDouble =
    gramKernels<Portable, double, RegisterBlock{4, 2, 4, 200}>();
const GramKernels<float> kGramPortableFloat =
    gramKernels<Portable, float, RegisterBlock{4, 2, 4, 200}>();

}  // namespace ntkit
