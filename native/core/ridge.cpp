#include "ridge.hpp"

#include <cmath>
#include <limits>

#include "condition.hpp"
#include "parallel.hpp"
#include "rows.hpp"
#include "strip_panel.hpp"
#include "symmetry.hpp"

namespace ntkit {
namespace {

constexpr Index kRowBlock = 48;
// Up to this order few right-hand sides have one thread, and the condition estimate has another:
// tasks of a solve would take some microseconds, and wait for each other most of the time.
constexpr Index kBriefOrder = 512, kBriefRows = 16;
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// Above this the solution is not one of the system that was asked about: a Cholesky solve stays
// below a few n eps.
double residualBound(Index n) { return 16 * static_cast<double>(n) * kEpsilon; }

double squares(ConstMatrixView<double> A) {
  double sum = 0;
  for (Index i = 0; i < A.rows; ++i) sum += dot(A.row(i), A.row(i), A.cols);
  return sum;
}

template <class T>
double smallestSquare(ConstMatrixView<T> L) {
  double smallest = std::numeric_limits<double>::infinity();
  for (Index i = 0; i < L.rows; ++i) {
    smallest = std::min(smallest, static_cast<double>(L(i, i)) * static_cast<double>(L(i, i)));
  }
  return smallest;
}

}  // namespace

RidgeFactor::RidgeFactor(OwnedMatrix<double> K, double ridge, FactorPrecision precision,
                         Control& control)
    : matrix_(std::move(K)), diagonal_(matrix_.rows()), ridge_(ridge), precision_(precision) {
  norms_ = inspectKernel(matrix_.view(), ridge, diagonal_.data(), control);
  try {
    factorize(control);
  } catch (const FailedPivot& failed) {
    const bool single = precision_ == FactorPrecision::kFloat32;
    throw Error(ErrorCode::kNotPositiveDefinite,
                "K + ridge I is not positive definite" + std::string(single ? " in float32" : "") +
                    ": pivot " + std::to_string(failed.order) + " of " + std::to_string(order()) +
                    " is " + shortNumber(failed.value) + " with ridge " + shortNumber(ridge_) +
                    "; try " + (single ? "factor 'float64' or " : "") + "a larger ridge");
  }
}

void RidgeFactor::factorize(Control& control) {
  const auto A = matrix_.view();
  const Index n = A.rows;
  if (precision_ == FactorPrecision::kFloat64) {
    for (Index i = 0; i < n; ++i) A(i, i) = diagonal_[i];
    L_ = TriangularFactor<double>(A, control);
    smallestPivot_ = smallestSquare<double>(A);
    return;
  }
  factor32_ = OwnedMatrix<float>(n, n);
  const auto L = factor32_.view();
  parallelBlocks(control, n, kRowBlock, [&](Index first, Index count) {
    for (Index i = first; i < first + count; ++i) {
      for (Index j = 0; j < i; ++j) L(i, j) = static_cast<float>(A(i, j));
      L(i, i) = static_cast<float>(diagonal_[i]);
    }
  });
  L32_ = TriangularFactor<float>(L, control);
  smallestPivot_ = smallestSquare<float>(L);
}

RidgeSolution RidgeFactor::solve(ConstMatrixView<double> Y, Control& control) const {
  const Index n = order(), outputs = Y.cols;
  // Right-hand sides as rows, and with them the first vectors of the condition estimate.
  OwnedMatrix<double> targets(outputs, n), solved(outputs + kConditionStarts, n);
  transpose(Y.data, Y.stride, n, outputs, targets.view().data, n);
  const auto X = solved.view().rowBlock(0, outputs);
  const auto starts = solved.view().rowBlock(outputs, kConditionStarts);
  std::copy_n(targets.view().data, outputs * n, X.data);
  fillConditionStarts(starts);
  const auto solveByFactor = [&](MatrixView<double> rows, Control& own) {
    if (precision_ == FactorPrecision::kFloat64) {
      solveRows(rows, own);
    } else {
      solveInFloat32(rows, own);
    }
  };
  RidgeSolution solution{OwnedMatrix<double>(n, outputs), 0, 0, 0};
  const auto judge = [&] { refine(targets.view(), X, solution, control); };
  const auto estimate = [&](Control& own) {
    const auto solveMore = [&](MatrixView<double> rows) { solveByFactor(rows, own); };
    solution.condition = norms_.one * estimateInverseNorm(starts, solveMore);
  };
  if (n <= kBriefOrder && solved.rows() <= kBriefRows) {
    Control beside(&control);
    parallelFor(control, 2, [&](Index which) {
      if (which == 0) {
        solveByFactor(X, control);
        judge();
      } else {
        solveByFactor(starts, beside);
        estimate(beside);
      }
    });
  } else {
    solveByFactor(solved.view(), control);
    judge();
    estimate(control);
  }
  transpose(X.data, n, outputs, n, solution.alpha.view().data, outputs);
  return solution;
}

void RidgeFactor::refine(ConstMatrixView<double> Y, MatrixView<double> X, RidgeSolution& solution,
                         Control& control) const {
  const bool single = precision_ == FactorPrecision::kFloat32;
  OwnedMatrix<double> rest(X.rows, X.cols);
  for (double before = std::numeric_limits<double>::infinity();;) {
    residualRows(matrix_.view(), diagonal_.data(), X, Y, rest.view(), control);
    solution.residual = relativeResidual(rest.view(), X, Y);
    // Each step gains a factor; one that gains little has reached the end.
    const bool ended = solution.residual <= kEpsilon || !(solution.residual < before / 2);
    if (!single || ended) break;
    before = solution.residual;
    solveInFloat32(rest.view(), control);
    for (Index k = 0; k < X.rows * X.cols; ++k) X.data[k] += rest.view().data[k];
    ++solution.refinements;
  }
  if (solution.residual <= residualBound(order())) return;
  throw Error(single ? ErrorCode::kNoConvergence : ErrorCode::kNotPositiveDefinite,
              (single ? "Refinement of a float32 factor stopped after " +
                            std::to_string(solution.refinements) + " steps"
                      : std::string("K + ridge I is too ill-conditioned")) +
                  ": relative residual " + shortNumber(solution.residual) + " with ridge " +
                  shortNumber(ridge_) + "; try " + (single ? "factor 'float64' or " : "") +
                  "a larger ridge");
}

void RidgeFactor::solveRows(MatrixView<double> X, Control& control,
                            const OnSolved& onSolved) const {
  L_.solveTransposed(X, control);
  L_.solvePlain(X, control, onSolved);
}

void RidgeFactor::solveInFloat32(MatrixView<double> X, Control& control) const {
  OwnedMatrix<float> single(X.rows, X.cols);
  Buffer<double> scales(X.rows);
  for (Index r = 0; r < X.rows; ++r) {
    double largest = 0;
    for (Index i = 0; i < X.cols; ++i) largest = std::max(largest, std::fabs(X(r, i)));
    // Small residuals would be denormal in float32.
    scales[r] = largest > 0 ? largest : 1;
    for (Index i = 0; i < X.cols; ++i) {
      single.view()(r, i) = static_cast<float>(X(r, i) / scales[r]);
    }
  }
  L32_.solveTransposed(single.view(), control);
  L32_.solvePlain(single.view(), control);
  for (Index r = 0; r < X.rows; ++r) {
    for (Index i = 0; i < X.cols; ++i)
      X(r, i) = scales[r] * static_cast<double>(single.view()(r, i));
  }
}

Buffer<double> RidgeFactor::inverseDiagonal(Control& control) {
  Buffer<double> h(order());
  ntkit::inverseDiagonal(L_, h.data(), control);
  return h;
}

double RidgeFactor::relativeResidual(ConstMatrixView<double> R, ConstMatrixView<double> X,
                                     ConstMatrixView<double> Y) const {
  const double scale = norms_.frobenius * std::sqrt(squares(X)) + std::sqrt(squares(Y));
  return scale > 0 ? std::sqrt(squares(R)) / scale : 0;
}

Index RidgeFactor::fitWorkspace(Index n, Index outputs, FactorPrecision precision) {
  const bool single = precision == FactorPrecision::kFloat32;
  const Index rows = outputs + kConditionStarts;
  const Index right =
      2 * outputs * n + rows * n + residualWorkspace(n) + (single ? rows * n : 0) + 4 * n;
  const Index factoring = choleskyWorkspace(n) - diagonalTileElements(n);
  // The solution and the condition estimate side by side.
  const bool brief = n <= kBriefOrder && rows <= kBriefRows;
  const Index solving = solveWorkspace(n, rows) * (brief ? 2 : 1);
  const Index dense = std::max(factoring, solving) / (single ? 2 : 1) + 1;
  const Index packed = diagonalTileElements(n);
  return (single ? (n * n + packed + 1) / 2 : packed) + 4 * n + right + dense;
}

}  // namespace ntkit
