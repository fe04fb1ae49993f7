// Which order of the product X X^T X costs fewer multiplications: through the d x d moment or
// through scores.
#include "attention.hpp"

namespace ntkit {
namespace {

// How many of 2 d^3 operations a projected moment takes: W_Q W_K^T, C W_V and their product.
constexpr double kProjectionProducts = 3;

double operations(Index a, Index b, Index c) {
  return static_cast<double>(a) * static_cast<double>(b) * static_cast<double>(c);
}

// Multiplications of each order. A symmetric product takes half.
double momentWork(const AttentionShape& s, bool projected) {
  const Index rows = s.queries + (s.itself ? s.points : 0);
  const double moment =
      operations(s.points, s.inputs, s.inputs) / 2 +
      (projected ? kProjectionProducts : 0) * operations(s.inputs, s.inputs, s.inputs);
  return moment + operations(s.layers * rows, s.inputs, s.inputs);
}

double scoresWork(const AttentionShape& s, bool projected) {
  const bool symmetric = s.itself && !projected;
  const Index rows = s.queries + (s.itself ? s.points : 0);
  const double asked = symmetric
                           ? static_cast<double>(s.queries) + static_cast<double>(s.points) / 2
                           : static_cast<double>(rows);
  const double area = operations(s.points, s.inputs, 1);
  const double keys =
      projected ? kProjectionProducts * operations(s.points, s.inputs, s.inputs) : 0;
  const double between =
      s.layers == 1 ? 0
                    : operations(s.layers - 1, rows, s.points) * static_cast<double>(s.points) +
                          (symmetric ? 0 : operations(s.points, s.points, s.inputs));
  return keys + asked * area + between + static_cast<double>(rows) * area;
}

}  // namespace

AttentionOrder cheaperOrder(const AttentionShape& shape, bool projected) {
  return momentWork(shape, projected) <= scoresWork(shape, projected) ? AttentionOrder::kMoment
                                                                      : AttentionOrder::kScores;
}

}  // namespace ntkit
