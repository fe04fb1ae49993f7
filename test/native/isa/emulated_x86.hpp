// AVX2, FMA and AVX-512 as plain functions: SIMDe's, and below them the few intrinsics that SIMDe
// 0.7.4 lacks, or rounds twice (its fused multiply-add is a product and a sum). Each is written
// from its description, element by element.
#pragma once

// Calls instead of their bodies: kernels of hundreds of intrinsics take minutes to compile
// otherwise.
#define SIMDE_NO_INLINE
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx2.h>
#include <simde/x86/avx512.h>
#include <simde/x86/fma.h>

#include <cmath>
#include <cstdint>
#include <cstring>

namespace ntkit::emulated {

// Element `lane` of a vector of elements E.
template <class E, class V>
E lane(const V& vector, int index) {
  E value;
  std::memcpy(&value, reinterpret_cast<const char*>(&vector) + index * static_cast<int>(sizeof(E)),
              sizeof(E));
  return value;
}

// The vector whose element i is function(i).
template <class E, class V, class Function>
V fill(int lanes, const Function& function) {
  V vector;
  std::memset(static_cast<void*>(&vector), 0, sizeof(V));
  for (int i = 0; i < lanes; ++i) {
    const E value = static_cast<E>(function(i));
    std::memcpy(reinterpret_cast<char*>(&vector) + i * static_cast<int>(sizeof(E)), &value,
                sizeof(E));
  }
  return vector;
}

// Each element of `from` (of type E) converted to type D.
template <class E, class D, class W, class V>
W convert(const V& from, int lanes, std::uint64_t mask = ~std::uint64_t{0}) {
  return fill<D, W>(
      lanes, [&](int i) { return (mask >> i & 1) != 0 ? static_cast<D>(lane<E>(from, i)) : D{0}; });
}

template <class E, class V>
V load(std::uint64_t mask, const void* from, int lanes) {
  return fill<E, V>(lanes, [&](int i) {
    E value{0};
    if ((mask >> i & 1) != 0) {
      std::memcpy(&value, static_cast<const char*>(from) + i * static_cast<int>(sizeof(E)),
                  sizeof(E));
    }
    return value;
  });
}

template <class E, class V>
void store(std::uint64_t mask, void* to, const V& vector, int lanes) {
  for (int i = 0; i < lanes; ++i) {
    if ((mask >> i & 1) == 0) continue;
    const E value = lane<E>(vector, i);
    std::memcpy(static_cast<char*>(to) + i * static_cast<int>(sizeof(E)), &value, sizeof(E));
  }
}

// productSign a b + termSign c, rounded once.
template <class E, class V>
[[gnu::noinline]] V fma(double productSign, const V& a, const V& b, double termSign, const V& c) {
  constexpr int kLanes = static_cast<int>(sizeof(V) / sizeof(E));
  return fill<E, V>(kLanes, [&](int i) {
    return std::fma(static_cast<E>(productSign) * lane<E>(a, i), lane<E>(b, i),
                    static_cast<E>(termSign) * lane<E>(c, i));
  });
}

}  // namespace ntkit::emulated

using __mmask8 = std::uint8_t;
using __mmask16 = std::uint16_t;
using __mmask32 = std::uint32_t;
using __mmask64 = std::uint64_t;

// NOLINTBEGIN: the names are the processor's.
inline __m256 _mm512_cvtpd_ps(__m512d a) {
  return ntkit::emulated::convert<double, float, __m256>(a, 8);
}
inline __m512d _mm512_cvtps_pd(__m256 a) {
  return ntkit::emulated::convert<float, double, __m512d>(a, 8);
}
inline __m512 _mm512_cvtepi32_ps(__m512i a) {
  return ntkit::emulated::convert<std::int32_t, float, __m512>(a, 16);
}
inline __m512d _mm512_cvtepi32_pd(__m256i a) {
  return ntkit::emulated::convert<std::int32_t, double, __m512d>(a, 8);
}
inline __m512d _mm512_cvtepi64_pd(__m512i a) {
  return ntkit::emulated::convert<std::int64_t, double, __m512d>(a, 8);
}
inline __m256i _mm512_maskz_cvtepi64_epi32(__mmask8 mask, __m512i a) {
  return ntkit::emulated::convert<std::int64_t, std::int32_t, __m256i>(a, 8, mask);
}
inline __m128i _mm512_maskz_cvtepi64_epi16(__mmask8 mask, __m512i a) {
  return ntkit::emulated::convert<std::int64_t, std::int16_t, __m128i>(a, 8, mask);
}
inline __m512d _mm512_maskz_loadu_pd(__mmask8 mask, const void* from) {
  return ntkit::emulated::load<double, __m512d>(mask, from, 8);
}
inline __m512 _mm512_maskz_loadu_ps(__mmask16 mask, const void* from) {
  return ntkit::emulated::load<float, __m512>(mask, from, 16);
}
inline void _mm512_mask_storeu_pd(void* to, __mmask8 mask, __m512d a) {
  ntkit::emulated::store<double>(mask, to, a, 8);
}
inline void _mm512_mask_storeu_ps(void* to, __mmask16 mask, __m512 a) {
  ntkit::emulated::store<float>(mask, to, a, 16);
}

#define NTKIT_EMULATED_FMA(prefix, suffix, element, vector)              \
  inline vector prefix##_fmadd_##suffix(vector a, vector b, vector c) {  \
    return ntkit::emulated::fma<element>(1, a, b, 1, c);                 \
  }                                                                      \
  inline vector prefix##_fmsub_##suffix(vector a, vector b, vector c) {  \
    return ntkit::emulated::fma<element>(1, a, b, -1, c);                \
  }                                                                      \
  inline vector prefix##_fnmadd_##suffix(vector a, vector b, vector c) { \
    return ntkit::emulated::fma<element>(-1, a, b, 1, c);                \
  }
#undef _mm256_fmadd_pd
#undef _mm256_fmadd_ps
#undef _mm256_fmsub_pd
#undef _mm256_fmsub_ps
#undef _mm256_fnmadd_pd
#undef _mm256_fnmadd_ps
#undef _mm512_fmadd_pd
#undef _mm512_fmadd_ps
#undef _mm512_fmsub_pd
#undef _mm512_fmsub_ps
#undef _mm512_fnmadd_pd
#undef _mm512_fnmadd_ps
NTKIT_EMULATED_FMA(_mm256, pd, double, __m256d)
NTKIT_EMULATED_FMA(_mm256, ps, float, __m256)
NTKIT_EMULATED_FMA(_mm512, pd, double, __m512d)
NTKIT_EMULATED_FMA(_mm512, ps, float, __m512)
#undef NTKIT_EMULATED_FMA
// NOLINTEND
