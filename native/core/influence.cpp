#include "influence.hpp"

#include <limits>

#include "local_product.hpp"
#include "parallel.hpp"
#include "rows.hpp"
#include "strip_panel.hpp"

namespace ntkit {
namespace {

constexpr Index kColumns = 256;

Index largest(const double* values, Index count) {
  return std::max_element(values, values + count) - values;
}

// One query against the columns of a block: scores holds P on entry.
struct Row {
  const double* f;
  const double* y;
  const double* h;  // of the block's columns, as what follows
  const double* alphaNorm2;
  MatrixView<const double> alpha;  // c x columns
  double* scores;
};

void lossInfluence(const Row& row) {
  double slope[kColumns];
  const Index columns = row.alpha.cols;
  std::fill_n(slope, columns, 0.0);
  for (Index k = 0; k < row.alpha.rows; ++k) {
    const double residual = row.f[k] - row.y[k];
    const double* const alpha = row.alpha.row(k);
    for (Index i = 0; i < columns; ++i) slope[i] += residual * alpha[i];
  }
  for (Index i = 0; i < columns; ++i) {
    const double r = row.scores[i] / row.h[i];
    row.scores[i] = r * (0.5 * r * row.alphaNorm2[i] - slope[i]);
  }
}

void predictionInfluence(const Row& row) {
  const double* const alpha = row.alpha.row(largest(row.y, row.alpha.rows));
  for (Index i = 0; i < row.alpha.cols; ++i) {
    row.scores[i] = row.scores[i] / row.h[i] * alpha[i];
  }
}

void marginInfluence(const Row& row) {
  const Index outputs = row.alpha.rows, columns = row.alpha.cols;
  const Index label = largest(row.y, outputs);
  if (outputs == 1) {
    for (Index i = 0; i < columns; ++i) {
      row.scores[i] = row.y[0] * (row.scores[i] / row.h[i] * row.alpha(0, i));
    }
    return;
  }
  double before = -std::numeric_limits<double>::infinity();
  double rival[kColumns];
  std::fill_n(rival, columns, before);
  for (Index i = 0; i < columns; ++i) row.scores[i] /= row.h[i];
  for (Index k = 0; k < outputs; ++k) {
    if (k == label) continue;
    before = std::max(before, row.f[k]);
    const double* const alpha = row.alpha.row(k);
    for (Index i = 0; i < columns; ++i) {
      rival[i] = std::max(rival[i], row.f[k] - row.scores[i] * alpha[i]);
    }
  }
  const double* const own = row.alpha.row(label);
  for (Index i = 0; i < columns; ++i) {
    const double after = row.f[label] - row.scores[i] * own[i] - rival[i];
    row.scores[i] = row.f[label] - before - after;
  }
}

}  // namespace

InfluenceModel::InfluenceModel(const RidgeFactor& factor, ConstMatrixView<double> alpha,
                               const double* h)
    : factor_(factor),
      alpha_(alpha),
      h_(h),
      alphaRows_(alpha.cols, alpha.rows),
      alphaNorm2_(alpha.rows) {
  transpose(alpha.data, alpha.stride, alpha.rows, alpha.cols, alphaRows_.view().data, alpha.rows);
  for (Index i = 0; i < alpha.rows; ++i) {
    alphaNorm2_[i] = dot(alpha.row(i), alpha.row(i), alpha.cols);
  }
}

void InfluenceModel::influence(InfluenceTarget target, MatrixView<double> Kt,
                               ConstMatrixView<double> targets, Control& control) const {
  for (Index first = 0; first < Kt.rows; first += kSolveRows) {
    const Index rows = std::min(kSolveRows, Kt.rows - first);
    influenceOfGroup(target, Kt.rowBlock(first, rows), targets.rowBlock(first, rows), control);
  }
}

void InfluenceModel::influenceOfGroup(InfluenceTarget target, MatrixView<double> P,
                                      ConstMatrixView<double> targets, Control& control) const {
  OwnedMatrix<double> predictions(P.rows, alpha_.cols);
  predictRidge(P, alpha_, predictions.view(), control);
  const auto ofRow = target == InfluenceTarget::kLoss     ? lossInfluence
                     : target == InfluenceTarget::kMargin ? marginInfluence
                                                          : predictionInfluence;
  factor_.solveRows(P, control, [&](Index firstRow, Index rows, Index firstCol, Index cols) {
    for (Index c = firstCol; c < firstCol + cols; c += kColumns) {
      const Index count = std::min(kColumns, firstCol + cols - c);
      const auto alpha = alphaRows_.view().block(0, alphaRows_.rows(), c, count);
      for (Index t = firstRow; t < firstRow + rows; ++t) {
        ofRow({predictions.view().row(t), targets.row(t), h_ + c, alphaNorm2_.data() + c, alpha,
               P.row(t) + c});
      }
    }
  });
}

void InfluenceModel::aggregate(InfluenceTarget target, MatrixView<double> Kt,
                               ConstMatrixView<double> targets, double* scores,
                               Control& control) const {
  std::fill_n(scores, Kt.cols, 0.0);
  for (Index first = 0; first < Kt.rows; first += kSolveRows) {
    const Index rows = std::min(kSolveRows, Kt.rows - first);
    const auto group = Kt.rowBlock(first, rows);
    influenceOfGroup(target, group, targets.rowBlock(first, rows), control);
    parallelBlocks(control, Kt.cols, kColumns, [&](Index column, Index count) {
      for (Index t = 0; t < rows; ++t) {
        const double* const row = group.row(t) + column;
        for (Index i = 0; i < count; ++i) scores[column + i] += row[i];
      }
    });
  }
  for (Index i = 0; i < Kt.cols; ++i) scores[i] /= static_cast<double>(Kt.rows);
}

Index InfluenceModel::workspace(Index n, Index queries, Index outputs) {
  const Index group = std::min(queries, kSolveRows);
  return n * (outputs + 1) + group * outputs + RidgeFactor::rowsWorkspace(n, group);
}

void predictRidge(ConstMatrixView<double> Kt, ConstMatrixView<double> alpha, MatrixView<double> F,
                  Control& control) {
  constexpr Index kRows = 32;
  parallelBlocks(control, Kt.rows, kRows, [&](Index first, Index count) {
    multiplyHere<double>(Kt.rowBlock(first, count), Op::kNone, alpha, Into::kStore,
                         F.rowBlock(first, count));
  });
}

}  // namespace ntkit
