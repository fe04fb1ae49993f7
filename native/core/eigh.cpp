#include "eigh.hpp"

#include <cmath>

#include "band_reduction.hpp"
#include "blas.hpp"
#include "bulge_chasing.hpp"
#include "divide_and_conquer.hpp"
#include "lanczos.hpp"
#include "memory.hpp"
#include "parallel.hpp"
#include "symmetry.hpp"
#include "tridiagonal.hpp"

namespace ntkit {
namespace {

// Up to these orders one thread of LAPACK is as fast as two of ours, where its BLAS knows the CPU.
constexpr Index smallOrder(bool vectors) { return vectors ? 128 : 256; }

// Shares of the time, for the progress.
constexpr double kReduced = 0.5, kSolved = 0.75;
// The same without eigenvectors.
constexpr double kBanded = 0.75, kChased = 0.88;

void small(MatrixView<double> A, const EigenResult& result, Control& control) {
  runOnPool(control, [&] {
    const Index n = A.rows;
    Buffer<double> ascending(n);
    if (const Index info = blas::syevd(A, result.withVectors(), ascending.data()); info != 0) {
      throw Error(ErrorCode::kNoConvergence,
                  "dsyevd did not converge (info " + std::to_string(info) + ", order " +
                      std::to_string(n) + "): check the scale of the matrix");
    }
    for (Index k = 0; k < result.count(); ++k) {
      result.values[k] = ascending[n - 1 - k];
      if (!result.withVectors()) continue;
      for (Index i = 0; i < n; ++i) result.vectors(i, k) = A(n - 1 - k, i);
    }
  });
}

// A power of two that brings `largest` near 1.
int scaleOf(double largest) {
  int exponent = 0;
  std::frexp(largest, &exponent);
  return exponent;
}

// Multiplies the lower triangle by 2^-exponent, exactly.
void scaleLower(MatrixView<double> A, int exponent, Control& control) {
  parallelBlocks(control, A.rows, 64, [&](Index first, Index count) {
    for (Index i = first; i < first + count; ++i) {
      for (Index j = 0; j <= i; ++j) A(i, j) = std::ldexp(A(i, j), -exponent);
    }
  });
}

// out <- rows^T, in blocks whose reads and writes stay within a few cache lines.
void transpose(ConstMatrixView<double> rows, MatrixView<double> out, Control& control) {
  constexpr Index kSub = 16;
  parallelBlocks(control, out.rows, kSub, [&](Index first, Index count) {
    for (Index k0 = 0; k0 < out.cols; k0 += kSub) {
      const Index kEnd = std::min(k0 + kSub, out.cols);
      for (Index i = first; i < first + count; ++i) {
        for (Index k = k0; k < kEnd; ++k) out(i, k) = rows(k, i);
      }
    }
  });
}

// Memory for the eigenvectors of the tridiagonal.
class Space {
 public:
  Space(MatrixView<double> A, const EigenResult& result)
      : rows_(A.rows, kept(result) == Kept::kVectors ? A.rows : 2),
        copy_(rows_.rows(), rows_.cols()) {
    // The secular equations get memory that is free meanwhile: without eigenvectors there is no
    // way back to A, and all of them need a result of that size.
    if (!result.withVectors()) {
      secular_ = A;
    } else if (result.count() == A.rows) {
      secular_ = result.vectors;
    } else {
      own_ = OwnedMatrix<double>(A.rows, A.rows);
      secular_ = own_.view();
    }
  }

  static Kept kept(const EigenResult& result) {
    return result.withVectors() ? Kept::kVectors : Kept::kEnds;
  }
  // Numbers for each of the n rows.
  static Index perRow(Index n, Index count, bool vectors) {
    return vectors ? (count < n ? 3 : 2) * n : 4;
  }
  TridiagonalSpace views() { return {rows_.view(), copy_.view(), secular_}; }

 private:
  OwnedMatrix<double> rows_, copy_, own_;
  MatrixView<double> secular_;
};

// Narrow bands are chased faster; wide ones let a large matrix be passed less often.
constexpr Index kNarrowOrder = 2000;

template <Index kBand>
Index bandWorkspace(Index n) {
  return bandReductionWorkspace<kBand>(n) + BandMatrix<kBand>::workspace(n);
}

// By way of a band, whose reduction is made of products: nothing has to find the way back.
template <Index kBand>
void tridiagonalizeByBand(MatrixView<double> A, double* diagonal, double* offDiagonal,
                          Control& control) {
  BandMatrix<kBand> band(A.rows);
  control.part(0, kBanded);
  reduceToBand(A, band, control);
  control.part(kBanded, kChased);
  chaseBulges(band, diagonal, offDiagonal, control);
}

void dense(MatrixView<double> A, const EigenResult& result, Control& control) {
  const Index n = A.rows, count = result.count();
  Buffer<double> diagonal(n), offDiagonal(n), tau(result.withVectors() ? n : 0);
  if (result.withVectors()) {
    control.part(0, kReduced);
    tridiagonalize(A, diagonal.data(), offDiagonal.data(), tau.data(), control);
  } else if (n <= kNarrowOrder) {
    tridiagonalizeByBand<kNarrowBand>(A, diagonal.data(), offDiagonal.data(), control);
  } else {
    tridiagonalizeByBand<kWideBand>(A, diagonal.data(), offDiagonal.data(), control);
  }

  double largest = 0;
  for (Index i = 0; i < n; ++i) {
    largest = std::max({largest, std::fabs(diagonal[i]), std::fabs(offDiagonal[i])});
  }
  const int exponent = scaleOf(largest);
  for (Index i = 0; i < n; ++i) {
    diagonal[i] = std::ldexp(diagonal[i], -exponent);
    offDiagonal[i] = std::ldexp(offDiagonal[i], -exponent);
  }
  control.part(result.withVectors() ? kReduced : kChased, result.withVectors() ? kSolved : 1);
  Space space(A, result);
  const auto views = space.views();
  const Buffer<Index> order =
      divideAndConquer(diagonal.data(), offDiagonal.data(), Space::kept(result), views, control);
  for (Index k = 0; k < count; ++k) {
    result.values[k] = std::ldexp(diagonal[order[n - 1 - k]], exponent);
  }
  if (!result.withVectors()) return;
  const auto rows = views.copy.rowBlock(0, count);
  parallelBlocks(control, count, 16, [&](Index first, Index size) {
    for (Index k = first; k < first + size; ++k) {
      std::copy_n(views.rows.row(order[n - 1 - k]), n, rows.row(k));
    }
  });
  control.part(kSolved, 1);
  applyReflectors(A, tau.data(), rows, control);
  transpose(rows, result.vectors, control);
}

// Whether Lanczos found them.
bool few(MatrixView<double> A, const EigenResult& result, Control& control) {
  OwnedMatrix<double> rows(result.count(), A.rows);
  const Wanted wanted = result.withVectors() ? Wanted::kVectors : Wanted::kValues;
  if (!lanczos(A, wanted, result.values, rows.view(), control)) {
    // All values can still be had in place; all eigenvectors take memory that nobody allowed.
    if (!result.withVectors()) return false;
    throw Error(ErrorCode::kNoConvergence,
                "The " + std::to_string(result.count()) +
                    " largest eigenvalues are too close to the others for Lanczos; try without "
                    "top, or without vectors");
  }
  if (result.withVectors()) transpose(rows.view(), result.vectors, control);
  return true;
}

}  // namespace

void eigh(MatrixView<double> A, const EigenResult& result, Control& control) {
  const double largest = requireSymmetric(A, "A", control);
  if (A.rows <= smallOrder(result.withVectors())) {
    small(A, result, control);
    return;
  }
  // Squares and products of elements must neither overflow nor vanish.
  const int exponent = scaleOf(largest);
  const bool scaled = std::abs(exponent) > 64;
  if (scaled) scaleLower(A, exponent, control);
  if (!lanczosPays(A.rows, result.count()) || !few(A, result, control)) {
    dense(A, result, control);
  }
  if (!scaled) return;
  for (Index k = 0; k < result.count(); ++k) {
    result.values[k] = std::ldexp(result.values[k], exponent);
  }
}

Index eighWorkspaceBytes(Index n, Index count, bool vectors) {
  blas::requireDimension(n);
  MemoryEstimate estimate("eigh");
  if (n <= smallOrder(vectors)) {
    return blas::syevdWorkspaceBytes(n, vectors) + n * static_cast<Index>(sizeof(double));
  }
  const bool pays = lanczosPays(n, count);
  if (pays) estimate.add(lanczosWorkspace(n, count) + count * n, 1, sizeof(double));
  // Without eigenvectors all eigenvalues are what Lanczos falls back to.
  if (!pays || !vectors) {
    const Index reducing = vectors             ? tridiagonalWorkspace(n)
                           : n <= kNarrowOrder ? bandWorkspace<kNarrowBand>(n)
                                               : bandWorkspace<kWideBand>(n);
    estimate.add(4 * n + reducing, 1, sizeof(double));
    estimate.add(Space::perRow(n, count, vectors), n, sizeof(double));
  }
  return estimate.bytes();
}

}  // namespace ntkit
