#include "secular_root.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cpu.hpp"

namespace ntkit {
namespace {

constexpr double kEps = std::numeric_limits<double>::epsilon() / 2;
// Four or five are usual.
constexpr int kMostSteps = 60;

// A point counted from a pole, and the bracket of the root around it.
struct Point {
  double mu, low, high;
};

class SecularRoot {
 public:
  // `left` and `right` are the poles around the root; for the last root the two before it.
  SecularRoot(Index count, Index root, const double* poles, const double* z, double rho,
              double* distances)
      : count_(count),
        last_(root == count - 1),
        left_(last_ ? root - 1 : root),
        right_(left_ + 1),
        poles_(poles),
        z_(z),
        inverseRho_(1 / rho),
        rho_(rho),
        offsets_(distances) {}

  bool find(double* value) {
    Point at = last_ ? startAbove() : startBetween();
    const bool found = iterate(at);
    for (Index j = 0; j < count_; ++j) offsets_[j] -= at.mu;
    *value = origin_ + at.mu;
    return found;
  }

 private:
  SecularSums sums(Index first, Index end, double mu) const {
    return sum_(offsets_, z_, first, end, mu);
  }
  double square(Index j) const { return z_[j] * z_[j]; }
  double gap() const { return poles_[right_] - poles_[left_]; }

  void countFrom(Index pole) {
    origin_ = poles_[pole];
    for (Index j = 0; j < count_; ++j) offsets_[j] = poles_[j] - origin_;
  }

  // The equation in the middle tells which of two poles is nearer; the root of what the far poles
  // say there, with the two near ones as they are, is the first guess.
  Point startBetween() {
    countFrom(left_);
    const double middle = gap() / 2;
    const double far =
        inverseRho_ + sums(0, left_, middle).value + sums(right_ + 1, count_, middle).value;
    const double zl = square(left_), zr = square(right_);
    const double there = far - zl / middle + zr / middle;
    const double both = far * gap();
    if (there > 0) {
      const double a = both + zl + zr, b = zl * gap();
      const double root = std::sqrt(std::fabs(a * a - 4 * b * far));
      return inside({a > 0 ? 2 * b / (a + root) : (a - root) / (2 * far), 0, middle});
    }
    const double a = both - zl - zr, b = zr * gap();
    const double root = std::sqrt(std::fabs(a * a + 4 * b * far));
    countFrom(right_);
    return inside({a < 0 ? 2 * b / (a - root) : -(a + root) / (2 * far), -middle, 0});
  }

  // Above the last pole: below rho |z|^2.
  Point startAbove() {
    countFrom(right_);
    double norm = 0;
    for (Index j = 0; j < count_; ++j) norm += square(j);
    const double end = rho_ * norm * (1 + 8 * kEps), middle = end / 2;
    const double zl = square(left_), zr = square(right_);
    const double far = inverseRho_ + sums(0, left_, middle).value;
    const double there = far + zl / (-gap() - middle) - zr / middle;
    const double a = -far * gap() + zl + zr, b = zr * gap();
    const double root = std::sqrt(a * a + 4 * b * std::max(far, 0.0));
    const double guess = a < 0 ? 2 * b / (root - a) : (a + root) / (2 * far);
    return inside(there <= 0 ? Point{guess, middle, end} : Point{guess, 0, middle});
  }

  // A guess out of its bracket, or none at all, is replaced by the middle.
  static Point inside(Point at) {
    if (!(at.mu > at.low && at.mu < at.high)) at.mu = (at.low + at.high) / 2;
    return at;
  }

  bool iterate(Point& at) const {
    for (int step = 0; step < kMostSteps; ++step) {
      // Of the last root, the sums over the poles below the last and of the last.
      const SecularSums below = sums(0, right_, at.mu), above = sums(right_, count_, at.mu);
      const double w = inverseRho_ + below.value + above.value;
      const double magnitude = inverseRho_ + std::fabs(below.value) + std::fabs(above.value);
      if (std::fabs(w) <=
          kEps * (kSumError * magnitude + std::fabs(at.mu) * (below.slope + above.slope))) {
        return true;
      }
      (w < 0 ? at.low : at.high) = at.mu;
      const double next = at.mu + towards(at, w, below.slope, above.slope);
      // No number lies between: the root is within a rounding.
      if (next == at.mu) return true;
      at.mu = next;
    }
    return false;
  }

  double towards(const Point& at, double w, double below, double above) const {
    const double dl = offsets_[left_] - at.mu, dr = offsets_[right_] - at.mu;
    const double slopes = w - dl * below - dr * above, c = last_ ? std::fabs(slopes) : slopes;
    const double a = (dl + dr) * w - dl * dr * (below + above), b = dl * dr * w;
    const double root = std::sqrt(std::fabs(a * a - 4 * b * c));
    double eta = 0;
    if (last_) {
      eta = a >= 0 ? (a + root) / (2 * c) : 2 * b / (a - root);
    } else {
      eta = a <= 0 ? (a - root) / (2 * c) : 2 * b / (a + root);
    }
    // The equation rises: a step of the wrong sign is rounding, and Newton's has the right one.
    if (!(w * eta < 0)) eta = -w / (below + above);
    const double next = at.mu + eta;
    if (next > at.low && next < at.high) return eta;
    return ((w < 0 ? at.high : at.low) - at.mu) / 2;
  }

  // Roundings of sums whose terms have one sign, as LAPACK counts them.
  static constexpr double kSumError = 8;

  const Index count_;
  const bool last_;
  const Index left_, right_;
  const double* const poles_;
  const double* const z_;
  const double inverseRho_, rho_;
  double* const offsets_;
  double origin_ = 0;
  const SecularSum sum_ = kernels().secularSums;
};

}  // namespace

bool findSecularRoot(Index count, Index root, const double* poles, const double* z, double rho,
                     double* distances, double* value) {
  return SecularRoot(count, root, poles, z, rho, distances).find(value);
}

}  // namespace ntkit
