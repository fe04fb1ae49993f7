// The vector intrinsics of the architecture that is compiled for. With NTKIT_EMULATE_X86 defined,
// those of x86 on any machine, as plain functions of the same names, so that what a unit computes
// can be tested where its instructions do not run.
//
// NTKIT_TARGET("avx2,fma") in front of a function lets its body use these instruction sets; the
// rest of its file keeps to the baseline. Emulated functions need none.
#pragma once

#if defined(NTKIT_EMULATE_X86)
#include "emulated_x86.hpp"  // test/native/isa
#elif defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#if defined(__x86_64__) && !defined(NTKIT_EMULATE_X86)
#define NTKIT_TARGET(features) [[gnu::target(features)]]
#else
#define NTKIT_TARGET(features)
#endif

// AVX-512 for loops that the compiler turns into vectors: GCC takes half of a register unless told
// otherwise, and Clang, which has no such word, would ignore the whole target.
#if defined(__clang__)
#define NTKIT_WIDE_AVX512 "avx512f,avx512vl,avx512dq"
#else
#define NTKIT_WIDE_AVX512 "avx512f,avx512vl,avx512dq,prefer-vector-width=512"
#endif
