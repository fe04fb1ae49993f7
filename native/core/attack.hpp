// Adversarial examples in the l_inf ball, by the sign of the input gradient of each point's own
// loss.
//
// The pipeline that is attacked: pixels p -> x = p / |p| -> [u = x C, x~ = u / |u|] -> network ->
// loss, with the attention context C held fixed, so that points are independent of each other.
//
//   step:   g <- decay g + grad / |grad|_1 with momentum, g <- grad without
//           p <- clip(p + alpha sign(g), [p_0 - eps, p_0 + eps] and [low, high])
//
// FGSM: one step, alpha = eps. PGD: random start, no momentum. MIM: momentum. sign(0) = 0.
#pragma once

#include <optional>

#include "attention.hpp"
#include "loss.hpp"
#include "network.hpp"

namespace ntkit {

struct AttackOptions {
  double eps = 0;
  double alpha = 0;
  Index steps = 1;
  std::optional<double> decay;  // momentum
  bool randomStart = false;     // uniform in the ball, then clipped
  double low = 0, high = 1;
  std::uint64_t seed = 0;
};

// What stands between an input row and its loss.
template <class T>
struct Pipeline {
  Network<T> network;
  const AttentionContext<T>* context = nullptr;  // null: a network on plain rows
  bool unitRows = true;  // rows are scaled to unit norm first, and again after attention
  Loss loss = Loss::kCrossEntropy;
};

// gradient (n x d): row i is the gradient of point i's own loss in its input row P_i.
template <class T>
void inputGradient(const Pipeline<T>& pipeline, ConstMatrixView<T> P, ConstMatrixView<T> Y,
                   MatrixView<T> gradient, Control& control);

// adversarial (n x d) <- the attack on pixels (n x d) with targets Y (n x c).
template <class T>
void linfAttack(const Pipeline<T>& pipeline, ConstMatrixView<T> pixels, ConstMatrixView<T> Y,
                const AttackOptions& options, MatrixView<T> adversarial, Control& control);

}  // namespace ntkit
