#include "condition.hpp"

#include <cmath>
#include <numeric>
#include <vector>

namespace ntkit {
namespace {

constexpr Index kCandidates = 4;

double norm1(const double* a, Index n) {
  double sum = 0;
  for (Index i = 0; i < n; ++i) sum += std::fabs(a[i]);
  return sum;
}

}  // namespace

void fillConditionStarts(MatrixView<double> rows) {
  const Index n = rows.cols;
  // The mean, and Higham's vector of alternating signs, on which exact cancellation is unlikely.
  std::fill_n(rows.row(0), n, 1 / static_cast<double>(n));
  double total = 0;
  for (Index i = 0; i < n; ++i) {
    const double size = 1 + static_cast<double>(i) / static_cast<double>(std::max<Index>(n - 1, 1));
    rows(1, i) = i % 2 == 0 ? size : -size;
    total += size;
  }
  for (Index i = 0; i < n; ++i) rows(1, i) /= total;
}

double estimateInverseNorm(ConstMatrixView<double> started,
                           const std::function<void(MatrixView<double>)>& solve) {
  const Index n = started.cols;
  double estimate = std::max(norm1(started.row(0), n), norm1(started.row(1), n));
  OwnedMatrix<double> signs(1, n);
  for (Index i = 0; i < n; ++i) signs.view()(0, i) = started(0, i) < 0 ? -1 : 1;
  solve(signs.view());
  // The gradient of |A^-1 x|_1: its largest elements name the columns that promise most.
  const double* const gradient = signs.view().row(0);
  const Index count = std::min(kCandidates, n);
  std::vector<Index> columns(static_cast<std::size_t>(n));
  std::iota(columns.begin(), columns.end(), Index{0});
  std::partial_sort(columns.begin(), columns.begin() + count, columns.end(), [&](Index a, Index b) {
    const double left = std::fabs(gradient[a]), right = std::fabs(gradient[b]);
    return left > right || (left == right && a < b);
  });
  OwnedMatrix<double> units(count, n);
  units.elements().fill(0);
  for (Index r = 0; r < count; ++r) units.view()(r, columns[static_cast<std::size_t>(r)]) = 1;
  solve(units.view());
  for (Index r = 0; r < count; ++r) estimate = std::max(estimate, norm1(units.view().row(r), n));
  return estimate;
}

}  // namespace ntkit
