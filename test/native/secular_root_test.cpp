// Roots of the secular equation against LAPACK's, and the sums they are found by.
#include "secular_root.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "blas.hpp"
#include "check.hpp"
#include "isa/x86_sets.hpp"
#include "kernels/secular_sums.hpp"
#include "random.hpp"

using namespace ntkit;

namespace {

constexpr double kEps = std::numeric_limits<double>::epsilon();

struct Problem {
  const char* name;
  std::vector<double> poles, z;
  double rho;
};

std::vector<double> uniforms(Index count, std::uint64_t stream) {
  std::vector<double> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = randomUniform({7, stream}, i);
  return values;
}

// Of norm 1, as a merge has them.
std::vector<double> normalized(std::vector<double> z) {
  double squares = 0;
  for (const double value : z) squares += value * value;
  for (double& value : z) value /= std::sqrt(squares);
  return z;
}

// Poles a step of `step(j)` apart, by far more than a rounding: others are deflated.
template <class Step>
Problem problemOf(const char* name, Index count, double rho, const Step& step, double smallest) {
  Problem problem{name, {}, uniforms(count, static_cast<std::uint64_t>(count)), rho};
  double pole = -0.5;
  for (Index j = 0; j < count; ++j) {
    problem.poles.push_back(pole);
    pole += step(j);
    // Weights from `smallest` to 1, some of either sign.
    double& z = problem.z[static_cast<std::size_t>(j)];
    z = std::pow(smallest, z) * (j % 3 == 0 ? -1 : 1);
  }
  problem.z = normalized(problem.z);
  return problem;
}

std::vector<Problem> problems() {
  std::vector<Problem> all;
  for (const Index count : {3, 4, 7, 8, 9, 17, 100, 513}) {
    const double even = 1 / static_cast<double>(count);
    all.push_back(problemOf(
        "even", count, 1, [&](Index) { return even; }, 1));
    all.push_back(problemOf(
        "small rho", count, 1e-9, [&](Index) { return even; }, 1e-3));
    all.push_back(problemOf(
        "large rho", count, 1e6, [&](Index) { return even; }, 1e-3));
    all.push_back(problemOf(
        "small weights", count, 0.5, [&](Index) { return even; }, 1e-12));
    all.push_back(problemOf(
        "clusters", count, 2, [&](Index j) { return j % 5 == 0 ? even : 1e-13; }, 1e-2));
    all.push_back(problemOf(
        "graded", count, 1,
        [&](Index j) { return std::max(std::pow(0.9, static_cast<double>(j)), 1e-12) * 0.1; },
        1e-4));
  }
  return all;
}

std::vector<SecularSum> setsThatRun() {
  std::vector<SecularSum> sets{secularSumsPortable};
#if defined(__x86_64__)
  if (test::cpuHasAvx2()) sets.push_back(secularSumsAvx2);
  if (test::cpuHasAvx512()) sets.push_back(secularSumsAvx512);
#endif
  return sets;
}

}  // namespace

TEST(secular_roots_are_those_of_lapack) {
  double worst = 0;
  Index notFound = 0, outside = 0;
  for (const auto& [name, poles, z, rho] : problems()) {
    const Index count = static_cast<Index>(poles.size());
    std::vector<double> distances(poles.size()), expected(poles.size());
    double previous = -std::numeric_limits<double>::infinity();
    for (Index root = 0; root < count; ++root) {
      double value = 0, wanted = 0;
      notFound +=
          !findSecularRoot(count, root, poles.data(), z.data(), rho, distances.data(), &value);
      CHECK_EQUAL(blas::laed4(count, root, poles.data(), z.data(), rho, expected.data(), &wanted),
                  0);
      // Strictly between the poles, told by the distances where the value is rounded to a pole.
      const auto at = static_cast<std::size_t>(root);
      outside += !(distances[at] < 0) || (root + 1 < count && !(distances[at + 1] > 0));
      outside += value < previous;
      previous = value;
      worst = std::max(worst, std::fabs(value - wanted) / (std::fabs(wanted) + 1));
    }
  }
  CHECK_EQUAL(notFound, 0);
  CHECK_EQUAL(outside, 0);
  CHECK(worst <= 16 * kEps);
}

// What makes eigenvectors: the equation is met to the rounding of its terms.
TEST(secular_distances_meet_the_equation) {
  double worst = 0;
  for (const auto& [name, poles, z, rho] : problems()) {
    const Index count = static_cast<Index>(poles.size());
    std::vector<double> distances(poles.size());
    for (Index root = 0; root < count; ++root) {
      double value = 0;
      findSecularRoot(count, root, poles.data(), z.data(), rho, distances.data(), &value);
      long double sum = 1 / static_cast<long double>(rho), size = sum, change = 0;
      for (std::size_t j = 0; j < poles.size(); ++j) {
        const long double ratio = z[j] / static_cast<long double>(distances[j]);
        sum += z[j] * ratio;
        size += std::fabs(z[j] * ratio);
        // A rounding of a distance moves its term.
        change += std::fabs(z[j] * ratio);
      }
      worst = std::max(worst, static_cast<double>(std::fabs(sum) / (size + change)));
    }
  }
  CHECK(worst <= 64 * kEps);
}

TEST(secular_sums_have_the_same_bits_on_every_set) {
  const auto sets = setsThatRun();
  const std::vector<double> poles = uniforms(1000, 1), z = uniforms(1000, 2);
  Index differences = 0;
  double worst = 0;
  for (const Index first : {0, 3}) {
    for (const Index end : {3, 4, 11, 12, 500, 1000}) {
      const SecularSums expected = sets[0](poles.data(), z.data(), first, end, 1.5);
      double value = 0, slope = 0;
      for (Index j = first; j < end; ++j) {
        const double ratio =
            z[static_cast<std::size_t>(j)] / (poles[static_cast<std::size_t>(j)] - 1.5);
        value += z[static_cast<std::size_t>(j)] * ratio;
        slope += ratio * ratio;
      }
      worst = std::max({worst, std::fabs(expected.value - value) / (std::fabs(value) + 1),
                        std::fabs(expected.slope - slope) / (slope + 1)});
      for (const SecularSum set : sets) {
        const SecularSums found = set(poles.data(), z.data(), first, end, 1.5);
        differences += found.value != expected.value || found.slope != expected.slope;
      }
    }
  }
  CHECK_EQUAL(differences, 0);
  CHECK(worst <= 1000 * kEps);
}
