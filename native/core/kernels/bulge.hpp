// One step of chasing a bulge along a symmetric band (bulge_chasing.hpp). With the reflector
// H = I - tau v v^T of the kBand rows and columns of a diagonal block D, and the block E of the
// kBand columns before it:
//
//   D <- H D H,  E <- H E,  then E <- E H' with the reflector H' that takes the last row of E to a
//   multiple of its last element.
//
// D: the lower triangle alone is read and written. E: all of it. v_last = 1. Rows are `stride`
// apart and may be read, and written with what is there, up to the next register behind the
// diagonal. E stays in the L1 cache and is passed three times: for v^T E, for the products of its
// rows with v', and for both changes at once.
//
// Sums are fused where the set has fused operations. Backward stable, as any product of reflectors.
#pragma once

#include "../reflection.hpp"

#if defined(NTKIT_KERNEL)
#include "transpose.hpp"
#endif

namespace ntkit {

// Bandwidths, which are the rows of a block: wide ones make the reduction to the band faster, and
// the way from there longer.
inline constexpr Index kNarrowBand = 16, kWideBand = 32;

// The reflector of kBand elements.
template <Index kBand>
struct BandReflector {
  double v[kBand];
  double tau;
};

// corner: element (0, 0) of D. Gives the reflector H'.
template <Index kBand>
using ChaseBulge = void (*)(double* corner, Index stride, const BandReflector<kBand>& reflector,
                            BandReflector<kBand>& next);

struct BulgeKernels {
  ChaseBulge<kNarrowBand> narrow;
  ChaseBulge<kWideBand> wide;

  template <Index kBand>
  ChaseBulge<kBand> of() const {
    if constexpr (kBand == kNarrowBand) {
      return narrow;
    } else {
      return wide;
    }
  }
};

extern const BulgeKernels kBulgesPortable;
#if defined(__x86_64__) || defined(NTKIT_EMULATE_X86)
extern const BulgeKernels kBulgesAvx2;
extern const BulgeKernels kBulgesAvx512;
#endif
#if defined(__aarch64__)
extern const BulgeKernels kBulgesNeon;
#endif

#if defined(NTKIT_KERNEL)

// The sums of the elements of kLanes registers, side by side.
template <class V>
NTKIT_KERNEL NTKIT_INLINE V sumsOf(V (&rows)[V::kLanes]) {
#pragma GCC unroll 3
  for (Index half = V::kLanes / 2; half > 0; half /= 2) {
#pragma GCC unroll 4
    for (Index i = 0; i < half; ++i) {
      rows[i] = V::zipLow(rows[i], rows[i + half]) + V::zipHigh(rows[i], rows[i + half]);
    }
  }
  return rows[0];
}

template <class V>
NTKIT_KERNEL NTKIT_INLINE V numbered() {
  constexpr double kNumbers[8] = {0, 1, 2, 3, 4, 5, 6, 7};
  return V::load(kNumbers);
}

// out = D v.
template <class V, Index kBand>
NTKIT_KERNEL NTKIT_INLINE void timesSymmetric(const double* D, Index stride, const double* v,
                                              double* out) {
  constexpr Index kLanes = V::kLanes;
  const V zero = V::set(0), numbers = numbered<V>();
  for (Index i = 0; i < kBand; i += kLanes) {
    V sums[kLanes];
#pragma GCC unroll 8
    for (Index r = 0; r < kLanes; ++r) sums[r] = zero;
    for (Index c = 0; c < i; c += kLanes) {
      const V along = V::load(v + c);
      V even = V::load(out + c), odd = zero;
#pragma GCC unroll 8
      for (Index r = 0; r < kLanes; r += 2) {
        const V a = V::load(D + (i + r) * stride + c), b = V::load(D + (i + r + 1) * stride + c);
        sums[r] = V::mulAdd(a, along, sums[r]);
        sums[r + 1] = V::mulAdd(b, along, sums[r + 1]);
        even = V::mulAdd(a, V::set(v[i + r]), even);
        odd = V::mulAdd(b, V::set(v[i + r + 1]), odd);
      }
      (even + odd).store(out + c);
    }
    const V along = V::load(v + i);
    V down = zero;
#pragma GCC unroll 8
    for (Index r = 0; r < kLanes; ++r) {
      const V row = V::load(D + (i + r) * stride + i);
      const V below = V::select(numbers < V::set(static_cast<double>(r)), row, zero);
      const V lower = V::select(numbers < V::set(static_cast<double>(r + 1)), row, zero);
      sums[r] = V::mulAdd(below, along, sums[r]);
      down = V::mulAdd(lower, V::set(v[i + r]), down);
    }
    (down + sumsOf(sums)).store(out + i);
  }
}

// D <- D - v w^T - w v^T.
template <class V, Index kBand>
NTKIT_KERNEL NTKIT_INLINE void subtractPair(const double* v, const double* w, double* D,
                                            Index stride) {
  constexpr Index kLanes = V::kLanes;
  const V numbers = numbered<V>();
  for (Index i = 0; i < kBand; i += kLanes) {
    double* const rows = D + i * stride;
    for (Index c = 0; c <= i; c += kLanes) {
      const V vc = V::load(v + c), wc = V::load(w + c);
#pragma GCC unroll 8
      for (Index r = 0; r < kLanes; ++r) {
        double* const place = rows + r * stride + c;
        const V old = V::load(place);
        const V fresh = V::negMulAdd(V::set(w[i + r]), vc, V::negMulAdd(V::set(v[i + r]), wc, old));
        if (c < i) {
          fresh.store(place);
        } else {
          V::select(numbers < V::set(static_cast<double>(r + 1)), fresh, old).store(place);
        }
      }
    }
  }
}

// out = v^T E.
template <class V, Index kBand>
NTKIT_KERNEL NTKIT_INLINE void weightedRows(const double* E, Index stride, const double* v,
                                            double* out) {
  constexpr Index kLanes = V::kLanes, kVectors = std::min<Index>(kBand / kLanes, 4);
  for (Index c = 0; c < kBand; c += kVectors * kLanes) {
    V even[kVectors], odd[kVectors];
#pragma GCC unroll 4
    for (Index k = 0; k < kVectors; ++k) even[k] = odd[k] = V::set(0);
    for (Index i = 0; i < kBand; i += 2) {
      const double* const row = E + i * stride + c;
      const V first = V::set(v[i]), second = V::set(v[i + 1]);
#pragma GCC unroll 4
      for (Index k = 0; k < kVectors; ++k) {
        even[k] = V::mulAdd(first, V::load(row + k * kLanes), even[k]);
        odd[k] = V::mulAdd(second, V::load(row + stride + k * kLanes), odd[k]);
      }
    }
#pragma GCC unroll 4
    for (Index k = 0; k < kVectors; ++k) (even[k] + odd[k]).store(out + c + k * kLanes);
  }
}

// out = E x.
template <class V, Index kBand>
NTKIT_KERNEL NTKIT_INLINE void rowProducts(const double* E, Index stride, const double* x,
                                           double* out) {
  constexpr Index kLanes = V::kLanes;
  for (Index i = 0; i < kBand; i += kLanes) {
    V sums[kLanes];
#pragma GCC unroll 8
    for (Index r = 0; r < kLanes; ++r) sums[r] = V::set(0);
    for (Index c = 0; c < kBand; c += kLanes) {
      const V along = V::load(x + c);
#pragma GCC unroll 8
      for (Index r = 0; r < kLanes; ++r) {
        sums[r] = V::mulAdd(V::load(E + (i + r) * stride + c), along, sums[r]);
      }
    }
    sumsOf(sums).store(out + i);
  }
}

// Rows of E, but for the last: E <- E - p y^T - q x^T.
template <class V, Index kBand>
NTKIT_KERNEL NTKIT_INLINE void subtractProducts(const double* p, const double* y, const double* q,
                                                const double* x, double* E, Index stride) {
  constexpr Index kLanes = V::kLanes, kVectors = std::min<Index>(kBand / kLanes, 4);
  for (Index c = 0; c < kBand; c += kVectors * kLanes) {
    V ys[kVectors], xs[kVectors];
#pragma GCC unroll 4
    for (Index k = 0; k < kVectors; ++k) {
      ys[k] = V::load(y + c + k * kLanes);
      xs[k] = V::load(x + c + k * kLanes);
    }
    for (Index i = 0; i + 1 < kBand; ++i) {
      double* const row = E + i * stride + c;
      const V pi = V::set(p[i]), qi = V::set(q[i]);
#pragma GCC unroll 4
      for (Index k = 0; k < kVectors; ++k) {
        const V old = V::load(row + k * kLanes);
        V::negMulAdd(qi, xs[k], V::negMulAdd(pi, ys[k], old)).store(row + k * kLanes);
      }
    }
  }
}

template <class V, Index kBand>
NTKIT_KERNEL NTKIT_INLINE double innerProduct(const double* a, const double* b) {
  V sum = V::set(0);
#pragma GCC unroll 16
  for (Index c = 0; c < kBand; c += V::kLanes) {
    sum = V::mulAdd(V::load(a + c), V::load(b + c), sum);
  }
  double parts[V::kLanes];
  sum.store(parts);
#pragma GCC unroll 3
  for (Index half = V::kLanes / 2; half > 0; half /= 2) {
#pragma GCC unroll 4
    for (Index i = 0; i < half; ++i) parts[i] += parts[i + half];
  }
  return parts[0];
}

// out = scale x + shift y.
template <class V, Index kBand>
NTKIT_KERNEL NTKIT_INLINE void combine(double scale, const double* x, double shift, const double* y,
                                       double* out) {
  for (Index c = 0; c < kBand; c += V::kLanes) {
    V::mulAdd(V::set(shift), V::load(y + c), V::set(scale) * V::load(x + c)).store(out + c);
  }
}

template <class V, Index kBand>
NTKIT_KERNEL void chaseBulge(double* corner, Index stride, const BandReflector<kBand>& reflector,
                             BandReflector<kBand>& next) {
  const double *const v = reflector.v, tau = reflector.tau;
  double* const E = corner - kBand;
  double* const last = E + (kBand - 1) * stride;
  double y[kBand], p[kBand], q[kBand];
  weightedRows<V, kBand>(E, stride, v, y);
  combine<V, kBand>(1, last, -tau, y, next.v);
  const double alpha = next.v[kBand - 1];
  next.v[kBand - 1] = 0;
  const Reflection reflection = reflectionOf(alpha, innerProduct<V, kBand>(next.v, next.v));

  // What does not need the reflector, whose root and quotients take long.
  double products[kBand], w[kBand];
  timesSymmetric<V, kBand>(corner, stride, v, products);
  combine<V, kBand>(tau, products, -0.5 * tau * tau * innerProduct<V, kBand>(products, v), v, w);
  subtractPair<V, kBand>(v, w, corner, stride);

  combine<V, kBand>(reflection.scale, next.v, 0, next.v, next.v);
  next.v[kBand - 1] = 1;
  next.tau = reflection.tau;
  // (E - tau v y^T) v' = E v' - (y . v') tau v.
  rowProducts<V, kBand>(E, stride, next.v, q);
  combine<V, kBand>(tau, v, 0, v, p);
  combine<V, kBand>(next.tau, q, -next.tau * innerProduct<V, kBand>(y, next.v), p, q);
  subtractProducts<V, kBand>(p, y, q, next.v, E, stride);
  for (Index c = 0; c < kBand; c += V::kLanes) V::set(0).store(last + c);
  last[kBand - 1] = reflection.beta;
}

#endif

}  // namespace ntkit
