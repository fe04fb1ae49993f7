#include "ridge_path.hpp"

#include <cmath>
#include <limits>

#include "eigh.hpp"
#include "local_product.hpp"
#include "parallel.hpp"
#include "ridge_residual.hpp"
#include "rows.hpp"
#include "strip_panel.hpp"
#include "symmetry.hpp"

namespace ntkit {
namespace {

constexpr Index kBlock = 64;

void requirePositive(const double* eigenvalues, Index n, double ridge) {
  const double largest = std::fabs(eigenvalues[0] + ridge), smallest = eigenvalues[n - 1] + ridge;
  if (smallest > static_cast<double>(n) * std::numeric_limits<double>::epsilon() * largest) return;
  throw Error(ErrorCode::kNotPositiveDefinite,
              "K + ridge I is not positive definite: its smallest eigenvalue is " +
                  shortNumber(smallest) + ", its largest " + shortNumber(largest) + " with ridge " +
                  shortNumber(ridge) + "; try a larger ridge");
}

double norm(ConstMatrixView<double> A) {
  double sum = 0;
  for (Index i = 0; i < A.rows; ++i) sum += dot(A.row(i), A.row(i), A.cols);
  return std::sqrt(sum);
}

}  // namespace

void ridgePath(OwnedMatrix<double> K, ConstMatrixView<double> Y, const double* ridges, Index count,
               MatrixView<double> alpha, MatrixView<double> leaveOneOut, RidgePathPoint* points,
               Control& control) {
  const Index n = Y.rows, outputs = Y.cols;
  Buffer<double> values(n), diagonal(n);
  // Before K is lost to the eigensolver, which reads one triangle.
  inspectKernel(K.view(), 0, diagonal.data(), control);
  OwnedMatrix<double> kept(n, n), vectors(n, n);
  std::copy_n(K.view().data, n * n, kept.view().data);
  const auto V = vectors.view();
  control.part(0, 0.9);
  eigh(K.view(), {values.data(), V}, control);
  control.part(0.9, 1);
  for (Index r = 0; r < count; ++r) requirePositive(values.data(), n, ridges[r]);

  // Z = Y^T V, the targets along the eigenvectors.
  OwnedMatrix<double> targets(outputs, n), Z(outputs, n), scaled(n, outputs);
  transpose(Y.data, Y.stride, n, outputs, targets.view().data, n);
  parallelBlocks(control, n, kBlock, [&](Index first, Index columns) {
    multiplyHere<double>(targets.view(), Op::kNone, V.block(0, n, first, columns), Into::kStore,
                         Z.view().block(0, outputs, first, columns));
  });
  OwnedMatrix<double> inverses(count, n), h(n, count);
  for (Index r = 0; r < count; ++r) {
    for (Index k = 0; k < n; ++k) inverses.view()(r, k) = 1 / (values[k] + ridges[r]);
  }
  parallelBlocks(control, n, kBlock, [&](Index first, Index rows) {
    OwnedMatrix<double> squares(rows, n);
    for (Index i = 0; i < rows; ++i) {
      for (Index k = 0; k < n; ++k) squares.view()(i, k) = V(first + i, k) * V(first + i, k);
    }
    multiplyHere<double>(squares.view(), Op::kTranspose, inverses.view(), Into::kStore,
                         h.view().rowBlock(first, rows));
  });

  OwnedMatrix<double> alphaRows(outputs, n), rest(outputs, n);
  control.expect(static_cast<double>(count));
  for (Index r = 0; r < count; ++r) {
    const auto ownAlpha = alpha.rowBlock(r * n, n), own = leaveOneOut.rowBlock(r * n, n);
    double freedom = 0;
    for (Index k = 0; k < n; ++k) {
      const double inverse = inverses.view()(r, k);
      freedom += values[k] * inverse;
      for (Index o = 0; o < outputs; ++o) scaled.view()(k, o) = Z.view()(o, k) * inverse;
    }
    parallelBlocks(control, n, kBlock, [&](Index first, Index rows) {
      multiplyHere<double>(V.rowBlock(first, rows), Op::kNone, scaled.view(), Into::kStore,
                           ownAlpha.rowBlock(first, rows));
      for (Index i = first; i < first + rows; ++i) {
        for (Index o = 0; o < outputs; ++o) own(i, o) = ownAlpha(i, o) / h.view()(i, r);
      }
    });
    const double looNorm = norm(own);
    transpose(ownAlpha.data, outputs, n, outputs, alphaRows.view().data, n);
    double frobenius2 = 0;
    for (Index k = 0; k < n; ++k) frobenius2 += (values[k] + ridges[r]) * (values[k] + ridges[r]);
    Buffer<double> shifted(n);
    for (Index i = 0; i < n; ++i) shifted[i] = diagonal[i] + ridges[r];
    residualRows(kept.view(), shifted.data(), alphaRows.view(), targets.view(), rest.view(),
                 control);
    const double scale = std::sqrt(frobenius2) * norm(alphaRows.view()) + norm(targets.view());
    const double smallest = values[n - 1] + ridges[r];
    points[r] = {looNorm * looNorm / static_cast<double>(n * outputs), freedom, smallest,
                 (values[0] + ridges[r]) / smallest, scale > 0 ? norm(rest.view()) / scale : 0};
    control.advance();
  }
}

Index ridgePathWorkspace(Index n, Index outputs, Index count) {
  // K kept for the residuals, V, the rows of a block, and what is n by outputs or by ridges.
  return 2 * n * n + kBlock * n + n * (5 * outputs + 2 * count + 3) + residualWorkspace(n);
}

}  // namespace ntkit
