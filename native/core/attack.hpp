// Adversarial examples in the l_inf ball, by the sign of the input gradient.
//
// The pipeline that is attacked: pixels p -> x = p / |p| -> [u = x C, x~ = u / |u|] -> network ->
// loss. The attention's C = X^T X belongs to a context X that is held fixed, so that points are
// independent of each other, or to the attacked points themselves (transductive): then all losses
// together are attacked, and with U = X X^T X and B = dL/dU the gradient has all three terms,
//
//   dL/dX = B X^T X + X (B^T X + X^T B)
//
// (the scale of C is immaterial, since rows are normalised after it).
//
//   step:   g <- decay g + grad / |grad|_1 with momentum, g <- grad without
//           p <- clip(p + alpha sign(g), [p_0 - eps, p_0 + eps] and [low, high])
//
// FGSM: one step, alpha = eps. PGD: random start, no momentum. MIM: momentum. sign(0) = 0.
//
// W is packed into panels once an attack (panels.hpp), for the product on the way there and for the
// one on the way back; activations stay in the cache of the thread whose points they belong to.
#pragma once

#include <optional>
#include <vector>

#include "attention_map.hpp"
#include "control.hpp"
#include "loss.hpp"
#include "memory.hpp"
#include "network.hpp"

namespace ntkit {

// What eps and alpha are multiples of, at pixel j of point i.
struct AttackUnits {
  std::vector<double> features;  // of scale j; empty: of 1
  bool norms = false;            // also of |p_i|: distances of the unit rows
};

struct AttackOptions {
  double eps = 0;
  double alpha = 0;
  AttackUnits units;
  Index steps = 1;
  std::optional<double> decay;  // momentum
  bool randomStart = false;     // uniform in the ball, then clipped
  double low = 0, high = 1;
  std::uint64_t seed = 0;
};

// What rows attend to after they were scaled to unit norm: nothing, a fixed context, the attacked
// points themselves.
enum class Attending { kNone, kContext, kPoints };

// What stands between an input row and its loss.
template <class T>
struct Pipeline {
  Network<T> network;
  Attending attending = Attending::kNone;
  const AttentionMap<T>* context = nullptr;  // for kContext
  bool unitRows = true;  // rows are scaled to unit norm first, and again after attention
  Loss loss = Loss::kCrossEntropy;
};

// gradient (n x d): row i is the gradient in P_i of point i's own loss, or, where the points attend
// to themselves, of the sum of all losses.
template <class T>
void inputGradient(const Pipeline<T>& pipeline, ConstMatrixView<T> P, ConstMatrixView<T> Y,
                   MatrixView<T> gradient, Control& control);

// adversarial (n x d) <- the attack on pixels (n x d) with targets Y (n x c). Point i starts at
// random where point firstPoint + i of a larger set would.
template <class T>
void linfAttack(const Pipeline<T>& pipeline, ConstMatrixView<T> pixels, ConstMatrixView<T> Y,
                const AttackOptions& options, MatrixView<T> adversarial, Control& control,
                std::uint64_t firstPoint = 0);

// inputs (n x d) <- what the network sees of P, which attends to nothing or to a context.
template <class T>
void networkInputs(const Pipeline<T>& pipeline, ConstMatrixView<T> P, MatrixView<T> inputs,
                   Control& control);

// Adds what these take beside their arguments, for n points and a context of contextRows.
template <class T>
void addAttackWorkspace(MemoryEstimate& estimate, Index n, Index width, Index inputs, Index outputs,
                        Attending attending, Index contextRows);

}  // namespace ntkit
