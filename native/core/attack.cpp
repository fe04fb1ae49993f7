#include "attack.hpp"

#include <cmath>

#include "blas.hpp"
#include "parallel.hpp"
#include "rows.hpp"

namespace ntkit {
namespace {

using blas::Op;

// Points are independent, so a block of rows is attacked from start to end by one thread.
constexpr Index kPointBlock = 32;

template <class T>
OwnedMatrix<T> copyOf(ConstMatrixView<T> rows) {
  OwnedMatrix<T> copy(rows.rows, rows.cols);
  for (Index i = 0; i < rows.rows; ++i) std::copy_n(rows.row(i), rows.cols, copy.view().row(i));
  return copy;
}

// Scales rows to unit norm and returns the norms they had.
template <class T>
Buffer<double> normalizeRows(MatrixView<T> rows) {
  Buffer<double> norms(rows.rows);
  for (Index i = 0; i < rows.rows; ++i) norms[i] = normalize(rows.row(i), rows.cols);
  return norms;
}

// Turns a gradient in x = p / |p| into one in p: (g - x (x . g)) / |p|. Zero rows have no gradient.
template <class T>
void throughNormalization(ConstMatrixView<T> unit, const Buffer<double>& norms,
                          MatrixView<T> gradient) {
  for (Index i = 0; i < gradient.rows; ++i) {
    T* const g = gradient.row(i);
    const T* const x = unit.row(i);
    const double inverse = norms[i] > 0 ? 1 / norms[i] : 0;
    const double radial = dot(x, g, gradient.cols);
    for (Index j = 0; j < gradient.cols; ++j) {
      const double tangential = static_cast<double>(g[j]) - static_cast<double>(x[j]) * radial;
      g[j] = static_cast<T>(tangential * inverse);
    }
  }
}

// gradient = dL/dx of the network alone.
template <class T>
void networkGradient(const Pipeline<T>& pipeline, ConstMatrixView<T> x, ConstMatrixView<T> Y,
                     MatrixView<T> gradient) {
  const Network<T>& network = pipeline.network;
  const double scale = 1 / std::sqrt(static_cast<double>(network.width()));
  OwnedMatrix<T> hidden(x.rows, network.width()), outputs(x.rows, network.outputs());
  const auto gates = hidden.view();
  blas::gemm<T>(Op::kNone, Op::kTranspose, 1, x, network.weights, 0, gates);
  OwnedMatrix<T> active = copyOf<T>(gates);
  rectify(active.elements().data(), active.elements().size());
  blas::gemm<T>(Op::kNone, Op::kNone, static_cast<T>(scale), active.view(), network.signs, 0,
                outputs.view());
  for (Index i = 0; i < x.rows; ++i) {
    lossGradient(pipeline.loss, outputs.view().row(i), Y.row(i), network.outputs(), scale);
  }
  blas::gemm<T>(Op::kNone, Op::kTranspose, 1, outputs.view(), network.signs, 0, active.view());
  for (Index i = 0; i < x.rows; ++i) {
    for (Index r = 0; r < network.width(); ++r) {
      if (!(gates(i, r) > 0)) active.view()(i, r) = 0;
    }
  }
  blas::gemm<T>(Op::kNone, Op::kNone, 1, active.view(), network.weights, 0, gradient);
}

// gradient = dL/dp for a block of points, by the chain rule through attention and normalisations.
template <class T>
void blockGradient(const Pipeline<T>& pipeline, ConstMatrixView<T> P, ConstMatrixView<T> Y,
                   MatrixView<T> gradient) {
  OwnedMatrix<T> x = copyOf(P);
  Buffer<double> norms, attendedNorms;
  if (pipeline.unitRows) norms = normalizeRows(x.view());
  if (pipeline.context == nullptr) {
    networkGradient<T>(pipeline, x.view(), Y, gradient);
  } else {
    OwnedMatrix<T> attended(P.rows, P.cols), attendedGradient(P.rows, P.cols);
    pipeline.context->apply(x.view(), attended.view());
    if (pipeline.unitRows) attendedNorms = normalizeRows(attended.view());
    networkGradient<T>(pipeline, attended.view(), Y, attendedGradient.view());
    if (pipeline.unitRows) {
      throughNormalization<T>(attended.view(), attendedNorms, attendedGradient.view());
    }
    // C is symmetric: the transpose of the map is the map.
    pipeline.context->apply(attendedGradient.view(), gradient);
  }
  if (pipeline.unitRows) throughNormalization<T>(x.view(), norms, gradient);
}

template <class T>
void randomStart(const AttackOptions& options, Index firstPoint, MatrixView<T> point) {
  const RandomStream stream = streamOf(options.seed, Draw::kAttackStart);
  for (Index i = 0; i < point.rows; ++i) {
    for (Index j = 0; j < point.cols; ++j) {
      const auto index = static_cast<std::uint64_t>((firstPoint + i) * point.cols + j);
      const double shift = options.eps * (2 * randomUniform(stream, index) - 1);
      point(i, j) = static_cast<T>(
          std::clamp(static_cast<double>(point(i, j)) + shift, options.low, options.high));
    }
  }
}

// direction <- decay direction + gradient / |gradient|_1, row by row.
template <class T>
void accumulate(double decay, ConstMatrixView<T> gradient, MatrixView<T> direction) {
  for (Index i = 0; i < gradient.rows; ++i) {
    double size = 0;
    for (Index j = 0; j < gradient.cols; ++j)
      size += std::fabs(static_cast<double>(gradient(i, j)));
    const double inverse = size > 0 ? 1 / size : 0;
    for (Index j = 0; j < gradient.cols; ++j) {
      direction(i, j) = static_cast<T>(decay * static_cast<double>(direction(i, j)) +
                                       static_cast<double>(gradient(i, j)) * inverse);
    }
  }
}

template <class T>
void signStep(const AttackOptions& options, ConstMatrixView<T> origin, ConstMatrixView<T> direction,
              MatrixView<T> point) {
  for (Index i = 0; i < point.rows; ++i) {
    for (Index j = 0; j < point.cols; ++j) {
      const double start = static_cast<double>(origin(i, j));
      const double slope = static_cast<double>(direction(i, j));
      const double step = slope > 0 ? options.alpha : slope < 0 ? -options.alpha : 0;
      const double moved = std::clamp(static_cast<double>(point(i, j)) + step, start - options.eps,
                                      start + options.eps);
      point(i, j) = static_cast<T>(std::clamp(moved, options.low, options.high));
    }
  }
}

}  // namespace

template <class T>
void inputGradient(const Pipeline<T>& pipeline, ConstMatrixView<T> P, ConstMatrixView<T> Y,
                   MatrixView<T> gradient, Control& control) {
  control.expect(static_cast<double>(P.rows));
  parallelBlocks(control, P.rows, kPointBlock, [&](Index first, Index count) {
    blockGradient(pipeline, P.rowBlock(first, count), Y.rowBlock(first, count),
                  gradient.rowBlock(first, count));
    control.advance(static_cast<double>(count));
  });
}

template <class T>
void linfAttack(const Pipeline<T>& pipeline, ConstMatrixView<T> pixels, ConstMatrixView<T> Y,
                const AttackOptions& options, MatrixView<T> adversarial, Control& control) {
  control.expect(static_cast<double>(pixels.rows * options.steps));
  parallelBlocks(control, pixels.rows, kPointBlock, [&](Index first, Index count) {
    const auto origin = pixels.rowBlock(first, count);
    const auto point = adversarial.rowBlock(first, count);
    for (Index i = 0; i < count; ++i) std::copy_n(origin.row(i), origin.cols, point.row(i));
    if (options.randomStart) randomStart(options, first, point);
    OwnedMatrix<T> gradient(count, pixels.cols), momentum(count, pixels.cols);
    momentum.elements().fill(0);
    for (Index step = 0; step < options.steps; ++step) {
      control.checkpoint();
      blockGradient<T>(pipeline, point, Y.rowBlock(first, count), gradient.view());
      if (options.decay) accumulate<T>(*options.decay, gradient.view(), momentum.view());
      signStep<T>(options, origin, options.decay ? momentum.view() : gradient.view(), point);
      control.advance(static_cast<double>(count));
    }
  });
}

template void inputGradient(const Pipeline<double>&, ConstMatrixView<double>,
                            ConstMatrixView<double>, MatrixView<double>, Control&);
template void inputGradient(const Pipeline<float>&, ConstMatrixView<float>, ConstMatrixView<float>,
                            MatrixView<float>, Control&);
template void linfAttack(const Pipeline<double>&, ConstMatrixView<double>, ConstMatrixView<double>,
                         const AttackOptions&, MatrixView<double>, Control&);
template void linfAttack(const Pipeline<float>&, ConstMatrixView<float>, ConstMatrixView<float>,
                         const AttackOptions&, MatrixView<float>, Control&);

}  // namespace ntkit
