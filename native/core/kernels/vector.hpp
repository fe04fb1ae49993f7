// A register of one instruction set as a value: elementwise arithmetic with correctly rounded
// operations and no others, so that a kernel is written once as a template of its vector.
//
//   load, store         any address; Avx2<double> and its likes also load floats, converted
//   + - * sqrt min max  elementwise
//   mulAdd(a, b, c)     a b + c, rounded once where the set has a fused operation
//   negMulAdd(a, b, c)  c - a b, likewise
//   a < b, select       a mask of elements; select(mask, ifSet, otherwise)
//   bits(mask)          bit i is element i
//   zipLow, zipHigh     a0 b0 a1 b1 ... of the first halves, of the second halves
//
// Functions carry the target of their set: they inline into functions of that target alone.
#pragma once

#include <cmath>

#include "../matrix_view.hpp"
#include "intrinsics.hpp"

#define NTKIT_INLINE [[gnu::always_inline]] inline

namespace ntkit {

// 16 bytes in the compiler's own vectors: the baseline of every CPU, without fused operations.
template <class T>
struct Portable {
  typedef T Register __attribute__((vector_size(16)));
  using Element = T;
  static constexpr Index kLanes = 16 / static_cast<Index>(sizeof(T));
  using Mask = decltype(Register{} < Register{});
  Register r;

  NTKIT_INLINE static Portable set(T x) { return {Register{} + x}; }
  template <class S>
  NTKIT_INLINE static Portable load(const S* p) {
    Portable loaded{};
    for (Index i = 0; i < kLanes; ++i) loaded.r[i] = static_cast<T>(p[i]);
    return loaded;
  }
  NTKIT_INLINE void store(T* p) const {
    for (Index i = 0; i < kLanes; ++i) p[i] = r[i];
  }
  NTKIT_INLINE friend Portable operator+(Portable a, Portable b) { return {a.r + b.r}; }
  NTKIT_INLINE friend Portable operator-(Portable a, Portable b) { return {a.r - b.r}; }
  NTKIT_INLINE friend Portable operator*(Portable a, Portable b) { return {a.r * b.r}; }
  NTKIT_INLINE friend Mask operator<(Portable a, Portable b) { return a.r < b.r; }
  NTKIT_INLINE static Portable mulAdd(Portable a, Portable b, Portable c) {
    return {a.r * b.r + c.r};
  }
  NTKIT_INLINE static Portable negMulAdd(Portable a, Portable b, Portable c) {
    return {c.r - a.r * b.r};
  }
  NTKIT_INLINE static Portable sqrt(Portable a) {
    for (Index i = 0; i < kLanes; ++i) a.r[i] = std::sqrt(a.r[i]);
    return a;
  }
  NTKIT_INLINE static Portable select(Mask mask, Portable a, Portable b) {
    return {mask ? a.r : b.r};
  }
  NTKIT_INLINE static Portable min(Portable a, Portable b) { return select(a < b, a, b); }
  NTKIT_INLINE static Portable max(Portable a, Portable b) { return select(b < a, a, b); }
  NTKIT_INLINE static unsigned bits(Mask mask) {
    unsigned set = 0;
    for (Index i = 0; i < kLanes; ++i) set |= static_cast<unsigned>(mask[i] & 1) << i;
    return set;
  }
  NTKIT_INLINE static Portable zipLow(Portable a, Portable b) { return zip(a, b, 0); }
  NTKIT_INLINE static Portable zipHigh(Portable a, Portable b) { return zip(a, b, kLanes / 2); }

 private:
  NTKIT_INLINE static Portable zip(Portable a, Portable b, Index first) {
    Portable zipped{};
    for (Index i = 0; i < kLanes; ++i) {
      zipped.r[i] = i % 2 == 0 ? a.r[first + i / 2] : b.r[first + i / 2];
    }
    return zipped;
  }
};

#if defined(__x86_64__) || defined(NTKIT_EMULATE_X86)

// What the x86 sets have in common but for the names.
#define NTKIT_X86_ARITHMETIC(Vector, prefix, suffix)                                            \
  NTKIT_X86 static Vector set(Element x) { return {prefix##_set1_##suffix(x)}; }                \
  NTKIT_X86 static Vector load(const Element* p) { return {prefix##_loadu_##suffix(p)}; }       \
  NTKIT_X86 void store(Element* p) const { prefix##_storeu_##suffix(p, r); }                    \
  NTKIT_X86 friend Vector operator+(Vector a, Vector b) {                                       \
    return {prefix##_add_##suffix(a.r, b.r)};                                                   \
  }                                                                                             \
  NTKIT_X86 friend Vector operator-(Vector a, Vector b) {                                       \
    return {prefix##_sub_##suffix(a.r, b.r)};                                                   \
  }                                                                                             \
  NTKIT_X86 friend Vector operator*(Vector a, Vector b) {                                       \
    return {prefix##_mul_##suffix(a.r, b.r)};                                                   \
  }                                                                                             \
  NTKIT_X86 static Vector mulAdd(Vector a, Vector b, Vector c) {                                \
    return {prefix##_fmadd_##suffix(a.r, b.r, c.r)};                                            \
  }                                                                                             \
  NTKIT_X86 static Vector negMulAdd(Vector a, Vector b, Vector c) {                             \
    return {prefix##_fnmadd_##suffix(a.r, b.r, c.r)};                                           \
  }                                                                                             \
  NTKIT_X86 static Vector sqrt(Vector a) { return {prefix##_sqrt_##suffix(a.r)}; }              \
  NTKIT_X86 static Vector min(Vector a, Vector b) { return {prefix##_min_##suffix(a.r, b.r)}; } \
  NTKIT_X86 static Vector max(Vector a, Vector b) { return {prefix##_max_##suffix(a.r, b.r)}; }

template <class T>
struct Avx2;

#define NTKIT_X86 NTKIT_TARGET("avx2,fma") NTKIT_INLINE
#define NTKIT_AVX2(suffix)                                                           \
  NTKIT_X86 friend Mask operator<(Avx2 a, Avx2 b) {                                  \
    return {_mm256_cmp_##suffix(a.r, b.r, _CMP_LT_OQ)};                              \
  }                                                                                  \
  NTKIT_X86 static Avx2 select(Mask mask, Avx2 a, Avx2 b) {                          \
    return {_mm256_blendv_##suffix(b.r, a.r, mask.r)};                               \
  }                                                                                  \
  NTKIT_X86 static unsigned bits(Mask mask) {                                        \
    return static_cast<unsigned>(_mm256_movemask_##suffix(mask.r));                  \
  }                                                                                  \
  NTKIT_X86 static Avx2 zipLow(Avx2 a, Avx2 b) {                                     \
    return {_mm256_permute2f128_##suffix(_mm256_unpacklo_##suffix(a.r, b.r),         \
                                         _mm256_unpackhi_##suffix(a.r, b.r), 0x20)}; \
  }                                                                                  \
  NTKIT_X86 static Avx2 zipHigh(Avx2 a, Avx2 b) {                                    \
    return {_mm256_permute2f128_##suffix(_mm256_unpacklo_##suffix(a.r, b.r),         \
                                         _mm256_unpackhi_##suffix(a.r, b.r), 0x31)}; \
  }

template <>
struct Avx2<double> {
  using Element = double;
  static constexpr Index kLanes = 4;
  struct Mask {
    __m256d r;
  };
  __m256d r;
  NTKIT_X86_ARITHMETIC(Avx2, _mm256, pd)
  NTKIT_AVX2(pd)
  NTKIT_X86 static Avx2 load(const float* p) { return {_mm256_cvtps_pd(_mm_loadu_ps(p))}; }
};

template <>
struct Avx2<float> {
  using Element = float;
  static constexpr Index kLanes = 8;
  struct Mask {
    __m256 r;
  };
  __m256 r;
  NTKIT_X86_ARITHMETIC(Avx2, _mm256, ps)
  NTKIT_AVX2(ps)
};
#undef NTKIT_AVX2
#undef NTKIT_X86

template <class T>
struct Avx512;

#define NTKIT_X86 NTKIT_TARGET("avx512f,avx512vl,avx512dq") NTKIT_INLINE
#define NTKIT_AVX512(suffix)                                                 \
  NTKIT_X86 friend Mask operator<(Avx512 a, Avx512 b) {                      \
    return _mm512_cmp_##suffix##_mask(a.r, b.r, _CMP_LT_OQ);                 \
  }                                                                          \
  NTKIT_X86 static Avx512 select(Mask mask, Avx512 a, Avx512 b) {            \
    return {_mm512_mask_blend_##suffix(mask, b.r, a.r)};                     \
  }                                                                          \
  NTKIT_X86 static unsigned bits(Mask mask) { return mask; }                 \
  NTKIT_X86 static Avx512 zipLow(Avx512 a, Avx512 b) {                       \
    return {_mm512_permutex2var_##suffix(a.r, zipIndices(0), b.r)};          \
  }                                                                          \
  NTKIT_X86 static Avx512 zipHigh(Avx512 a, Avx512 b) {                      \
    return {_mm512_permutex2var_##suffix(a.r, zipIndices(kLanes / 2), b.r)}; \
  }

template <>
struct Avx512<double> {
  using Element = double;
  using Mask = __mmask8;
  static constexpr Index kLanes = 8;
  __m512d r;
  NTKIT_X86 static __m512i zipIndices(long long i) {
    return _mm512_set_epi64(i + 11, i + 3, i + 10, i + 2, i + 9, i + 1, i + 8, i);
  }
  NTKIT_X86_ARITHMETIC(Avx512, _mm512, pd)
  NTKIT_AVX512(pd)
  NTKIT_X86 static Avx512 load(const float* p) { return {_mm512_cvtps_pd(_mm256_loadu_ps(p))}; }
};

template <>
struct Avx512<float> {
  using Element = float;
  using Mask = __mmask16;
  static constexpr Index kLanes = 16;
  __m512 r;
  NTKIT_X86 static __m512i zipIndices(int i) {
    return _mm512_set_epi32(i + 23, i + 7, i + 22, i + 6, i + 21, i + 5, i + 20, i + 4, i + 19,
                            i + 3, i + 18, i + 2, i + 17, i + 1, i + 16, i);
  }
  NTKIT_X86_ARITHMETIC(Avx512, _mm512, ps)
  NTKIT_AVX512(ps)
};
#undef NTKIT_AVX512
#undef NTKIT_X86
#undef NTKIT_X86_ARITHMETIC

#endif

#if defined(__aarch64__)

template <class T>
struct Neon;

#define NTKIT_NEON(suffix)                                                                  \
  NTKIT_INLINE static Neon set(Element x) { return {vdupq_n_##suffix(x)}; }                 \
  NTKIT_INLINE static Neon load(const Element* p) { return {vld1q_##suffix(p)}; }           \
  NTKIT_INLINE void store(Element* p) const { vst1q_##suffix(p, r); }                       \
  NTKIT_INLINE friend Neon operator+(Neon a, Neon b) { return {vaddq_##suffix(a.r, b.r)}; } \
  NTKIT_INLINE friend Neon operator-(Neon a, Neon b) { return {vsubq_##suffix(a.r, b.r)}; } \
  NTKIT_INLINE friend Neon operator*(Neon a, Neon b) { return {vmulq_##suffix(a.r, b.r)}; } \
  NTKIT_INLINE friend Mask operator<(Neon a, Neon b) { return vcltq_##suffix(a.r, b.r); }   \
  NTKIT_INLINE static Neon mulAdd(Neon a, Neon b, Neon c) {                                 \
    return {vfmaq_##suffix(c.r, a.r, b.r)};                                                 \
  }                                                                                         \
  NTKIT_INLINE static Neon negMulAdd(Neon a, Neon b, Neon c) {                              \
    return {vfmsq_##suffix(c.r, a.r, b.r)};                                                 \
  }                                                                                         \
  NTKIT_INLINE static Neon sqrt(Neon a) { return {vsqrtq_##suffix(a.r)}; }                  \
  NTKIT_INLINE static Neon min(Neon a, Neon b) { return {vminq_##suffix(a.r, b.r)}; }       \
  NTKIT_INLINE static Neon max(Neon a, Neon b) { return {vmaxq_##suffix(a.r, b.r)}; }       \
  NTKIT_INLINE static Neon select(Mask mask, Neon a, Neon b) {                              \
    return {vbslq_##suffix(mask, a.r, b.r)};                                                \
  }                                                                                         \
  NTKIT_INLINE static unsigned bits(Mask mask) {                                            \
    unsigned set = 0;                                                                       \
    for (Index i = 0; i < kLanes; ++i) set |= static_cast<unsigned>(mask[i] & 1) << i;      \
    return set;                                                                             \
  }                                                                                         \
  NTKIT_INLINE static Neon zipLow(Neon a, Neon b) { return {vzip1q_##suffix(a.r, b.r)}; }   \
  NTKIT_INLINE static Neon zipHigh(Neon a, Neon b) { return {vzip2q_##suffix(a.r, b.r)}; }

template <>
struct Neon<double> {
  using Element = double;
  using Mask = uint64x2_t;
  static constexpr Index kLanes = 2;
  float64x2_t r;
  NTKIT_NEON(f64)
  NTKIT_INLINE static Neon load(const float* p) { return {vcvt_f64_f32(vld1_f32(p))}; }
};

template <>
struct Neon<float> {
  using Element = float;
  using Mask = uint32x4_t;
  static constexpr Index kLanes = 4;
  float32x4_t r;
  NTKIT_NEON(f32)
};
#undef NTKIT_NEON

#endif

}  // namespace ntkit
