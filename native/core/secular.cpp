#include "secular.hpp"

#include <cmath>

namespace ntkit {
namespace {

enum class Kind { kLeft, kMixed, kRight, kDeflated };

// Both halves by ascending value.
std::vector<Index> mergedOrder(const double* values, const Index* order, Index leftRows, Index n) {
  std::vector<Index> merged(static_cast<std::size_t>(n));
  std::merge(order, order + leftRows, order + leftRows, order + n, merged.begin(),
             [&](Index a, Index b) { return values[a] < values[b]; });
  return merged;
}

}  // namespace

Deflation deflate(double* values, const Index* order, Index leftRows, Index n, double* z,
                  double coupling) {
  constexpr double kEps = std::numeric_limits<double>::epsilon() / 2;
  // Two unit vectors: |z| = sqrt(2), which rho takes over, and the sign of the coupling too.
  for (Index i = 0; i < n; ++i) {
    z[i] *= std::sqrt(0.5) * (i >= leftRows && coupling < 0 ? -1 : 1);
  }
  Deflation result;
  result.rho = std::fabs(2 * coupling);
  double largest = 0;
  for (Index i = 0; i < n; ++i)
    largest = std::max({largest, std::fabs(values[i]), std::fabs(z[i])});
  const double tolerance = 8 * kEps * largest;

  std::vector<Kind> kinds(static_cast<std::size_t>(n), Kind::kRight);
  const auto kind = [&](Index row) -> Kind& { return kinds[static_cast<std::size_t>(row)]; };
  for (Index i = 0; i < leftRows; ++i) kind(i) = Kind::kLeft;

  std::vector<Index> kept;
  Index previous = -1;
  for (const Index row : mergedOrder(values, order, leftRows, n)) {
    if (result.rho * std::fabs(z[row]) <= tolerance) {
      kind(row) = Kind::kDeflated;
      continue;
    }
    if (previous < 0) {
      previous = row;
      continue;
    }
    // A rotation that makes z[previous] zero leaves an element behind: small, when the values are
    // close.
    const double length = std::hypot(z[row], z[previous]);
    const double cosine = z[row] / length, sine = -z[previous] / length;
    if (std::fabs((values[row] - values[previous]) * cosine * sine) <= tolerance) {
      z[row] = length;
      z[previous] = 0;
      if (kind(row) != kind(previous)) kind(row) = Kind::kMixed;
      kind(previous) = Kind::kDeflated;
      result.rotations.push_back({previous, row, cosine, sine});
      const double low = values[previous], high = values[row];
      values[previous] = low * cosine * cosine + high * sine * sine;
      values[row] = low * sine * sine + high * cosine * cosine;
    } else {
      kept.push_back(previous);
    }
    previous = row;
  }
  if (previous >= 0) kept.push_back(previous);

  result.packed.reserve(static_cast<std::size_t>(n));
  result.position.resize(kept.size());
  const auto pack = [&](Kind wanted) {
    Index count = 0;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (kind(kept[i]) != wanted) continue;
      result.position[i] = static_cast<Index>(result.packed.size());
      result.packed.push_back(kept[i]);
      ++count;
    }
    return count;
  };
  result.left = pack(Kind::kLeft);
  result.mixed = pack(Kind::kMixed);
  result.right = pack(Kind::kRight);
  for (Index row = 0; row < n; ++row) {
    if (kind(row) == Kind::kDeflated) result.packed.push_back(row);
  }
  for (const Index row : kept) {
    result.poles.push_back(values[row]);
    result.z.push_back(z[row]);
  }
  return result;
}

}  // namespace ntkit
