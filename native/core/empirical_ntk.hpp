// Empirical neural tangent kernel of f(x) = (1/sqrt m) sum_r a_r relu(w_r . x), a_r = +-1.
//
//   first layer trained   K(z, x) = <z, x> (1/m) #{r : w_r . z > 0 and w_r . x > 0}   = J J^T
//   both layers trained   the same + (1/m) sum_r relu(w_r . z) relu(w_r . x)
//
// The count is popcount(gates(z) AND gates(x)), exact. The kernel does not depend on the signs a.
// With c outputs and signs A (m x c), first layer trained,
//
//   K_kl(z, x) = <z, x> (1/m) sum_r A_rk A_rl [both gates open],
//
// the sum being 2 popcount(gates AND s_kl) - popcount(gates), s_kl the units whose signs agree.
//
// X: n x d, Z: q x d; a kernel is q x n, symmetric when Z is the same view as X. Memory besides: a
// bit a point and unit; drawn weights kUnitBlock at a time; with both layers the activations of
// kUnitBlock units.
#pragma once

#include <optional>
#include <span>

#include "arc_cosine.hpp"
#include "control.hpp"
#include "gates.hpp"
#include "unit_weights.hpp"

namespace ntkit {

// K[k] is the kernel of the first widths[k] units: one pass over the units for all of them. widths:
// ascending, from 1 to W.width().
template <class T>
void empiricalNtk(ConstMatrixView<T> Z, ConstMatrixView<T> X, const UnitWeights<T>& W,
                  TrainedLayers trained, std::span<const Index> widths,
                  std::span<const MatrixView<T>> K, Control& control);

// K: (q c) x (n c), row t c + k, column i c + l. signs: m x c, each +1 or -1.
template <class T>
void outputNtk(ConstMatrixView<T> Z, ConstMatrixView<T> X, const UnitWeights<T>& W,
               ConstMatrixView<T> signs, MatrixView<T> K, Control& control);

struct NtkSize {
  Index width, inputs;
  Index points;                   // of X and Z together
  bool keepsActivations = false;  // for both layers
  bool masked = false;            // counts by signs, for several outputs
};

// Bytes of workspace, of T and of everything else.
template <class T>
Index empiricalNtkWorkspace(const NtkSize& size);

}  // namespace ntkit
