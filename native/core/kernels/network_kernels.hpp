// The kernels of training and attacks, an instruction set a set.
//
// Product: C (rows x lanes) = A (rows x depth) P (depth x lanes). A: rows at distance aStride, read
// element by element. P: a panel, `depth` lines of `lanes` numbers at distance panelStride. C: rows
// at distance cStride. No overlap. Each element of C is one sum over ascending k, so the bits
// depend neither on how rows are grouped nor on the width of a vector: all sets with a fused
// multiply-add give the same, and the portable one, which rounds each product, differs by rounding
// alone.
//
// One update of a run of weights by its gradient, with L2 decay towards zero or a start w_0:
//
//   p <- w - w_0 (or w);  g <- gradient + coupled p
//   SGD:   w <- (w - shrink p) - rate g
//   Adam:  m <- beta1 m + (1 - beta1) g;  v <- beta2 v + (1 - beta2) g^2
//          w <- (w - shrink p) - rate m / (sqrt(v) correction + epsilon)
//
// Adam's rate = learningRate / (1 - beta1^t) and correction = 1 / sqrt(1 - beta2^t) carry the bias
// corrections. Each element takes correctly rounded operations in this order and no fused ones:
// every instruction set gives the same bits. All arrays are contiguous and do not overlap.
#pragma once

#include <limits>

#include "../matrix_view.hpp"

namespace ntkit {

// What becomes of a sum s: C <- s, C <- C + s (begun at C), relu of either (NaN stays NaN), s where
// C was positive and 0 elsewhere, or C + s with s summed by itself: rounded once at C's size.
enum class PanelEnd { kStore, kAdd, kRelu, kAddRelu, kGate, kAddSum };

template <class T>
struct PanelProduct {
  const T* a;
  Index aStride;
  Index rows;
  const T* panel;
  Index panelStride;
  Index depth;
  PanelEnd end;
  T* c;
  Index cStride;
  // What is taken after the product, or null: rows like C's at distance nextStride, which come into
  // the L2 cache meanwhile.
  const T* next[3] = {};
  Index nextStride = 0;
  // Columns of C that are wanted; those beyond, up to a whole vector, change too.
  Index wanted = std::numeric_limits<Index>::max();
};

template <class T>
struct UpdateScalars {
  T rate;
  T coupled, shrink;  // decay through the gradient, decay of the weight itself
  T beta1, rest1, beta2, rest2, correction, epsilon;  // Adam's alone
};

template <class T>
struct UpdateRun {
  const T* gradient;
  T* weight;
  T *first, *second;  // Adam's moments
  const T* start;     // w_0, null for zero
  Index count;
};

template <class T>
struct NetworkKernels {
  Index lanes;  // of a panel: whole cache lines
  void (*multiply)(const PanelProduct<T>& product);
  void (*adam)(const UpdateScalars<T>& scalars, const UpdateRun<T>& run);
  void (*sgd)(const UpdateScalars<T>& scalars, const UpdateRun<T>& run);
};

// The most lanes of any set, for arrays on the stack.
template <class T>
constexpr Index kMaxLanes = 128 / static_cast<Index>(sizeof(T));

#define NTKIT_DECLARE_NETWORK(set)                           \
  extern const NetworkKernels<double> kNetwork##set##Double; \
  extern const NetworkKernels<float> kNetwork##set##Float

NTKIT_DECLARE_NETWORK(Portable);
#if defined(__x86_64__) || defined(NTKIT_EMULATE_X86)
NTKIT_DECLARE_NETWORK(Avx2);
NTKIT_DECLARE_NETWORK(Avx512);
#endif
#if defined(__aarch64__)
NTKIT_DECLARE_NETWORK(Neon);
#endif
#undef NTKIT_DECLARE_NETWORK

}  // namespace ntkit
