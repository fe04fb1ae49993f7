// Loops that keep their data in registers: what the execution units give when nothing waits for
// memory. A limit is a measurement too, so it is taken on the machine, in the run that it judges.
#pragma once

#include "../matrix_view.hpp"

namespace ntkit {

// run(passes) does `operations` operations a pass on one thread. A fused multiply-add counts as
// two, a bit that is ANDed, counted and added as one.
struct ProbeLoop {
  double operations;
  void (*run)(Index passes);
};

struct ProbeLoops {
  ProbeLoop fmaDouble, fmaSingle, bitCounts;
};

extern const ProbeLoops kProbesPortable;
#if defined(__x86_64__)
extern const ProbeLoops kProbesAvx2;    // needs FMA
extern const ProbeLoops kProbesAvx512;  // its bitCounts needs AVX512VPOPCNTDQ
#elif defined(__aarch64__)
extern const ProbeLoops kProbesNeon;
#endif

}  // namespace ntkit
