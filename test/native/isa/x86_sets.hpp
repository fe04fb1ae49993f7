// Which of the instruction sets of x86 the tests of kernels may call: those that this processor
// has, and all of them where their intrinsics are emulated.
#pragma once

namespace ntkit::test {

#if defined(__x86_64__)
inline bool cpuHasAvx2() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
inline bool cpuHasAvx512() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512dq");
}
// AVX-512 with the instruction that counts bits.
inline bool cpuHasAvx512Counts() {
  return cpuHasAvx512() && __builtin_cpu_supports("avx512vpopcntdq");
}
#endif

#if defined(NTKIT_EMULATE_X86)
inline bool runsAvx2() { return true; }
inline bool runsAvx512() { return true; }
inline bool runsAvx512Counts() { return true; }
#elif defined(__x86_64__)
inline bool runsAvx2() { return cpuHasAvx2(); }
inline bool runsAvx512() { return cpuHasAvx512(); }
inline bool runsAvx512Counts() { return cpuHasAvx512Counts(); }
#endif

}  // namespace ntkit::test
