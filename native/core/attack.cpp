#include "attack.hpp"

#include <cmath>

#include "attack_steps.hpp"
#include "cpu.hpp"
#include "gram.hpp"
#include "local_product.hpp"
#include "panels.hpp"
#include "rows.hpp"
#include "strip_panel.hpp"
#include "tiles.hpp"

namespace ntkit {
namespace {

// Points are cut into blocks that one thread takes from start to end.
constexpr Index kPointBlock = 48;

// Turns a gradient in x = p / |p| into one in p: (g - x (x . g)) / |p|. Zero rows have no gradient.
template <class T>
void throughNormalization(const T* unit, double norm, T* gradient, Index length) {
  const T inverse = static_cast<T>(norm > 0 ? 1 / norm : 0);
  const T radial = static_cast<T>(dot(unit, gradient, length));
  for (Index j = 0; j < length; ++j) gradient[j] = (gradient[j] - unit[j] * radial) * inverse;
}

// A block of points on its way through the pipeline and back. Rows are padded to whole panels.
template <class T>
struct Workspace {
  OwnedMatrix<T> unit, attended, gradient, hidden, outputs, similarity;
  double norms[kPointBlock], attendedNorms[kPointBlock];

  Workspace(Index inputs, Index width, Index classes, Index similarities, Index lanes)
      : unit(kPointBlock, spreadColumns(inputs, lanes)),
        attended(kPointBlock, spreadColumns(inputs, lanes)),
        gradient(kPointBlock, spreadColumns(inputs, lanes)),
        hidden(kPointBlock, spreadColumns(width, lanes)),
        outputs(kPointBlock, spreadColumns(classes, lanes)),
        similarity(kPointBlock, spreadColumns(similarities, lanes)) {}

  static Index elements(Index inputs, Index width, Index outputs, Index similarities, Index lanes) {
    return kPointBlock * (3 * spreadColumns(inputs, lanes) + spreadColumns(width, lanes) +
                          spreadColumns(outputs, lanes) + spreadColumns(similarities, lanes));
  }
};

template <class T>
Workspace<T> workspaceOf(const Pipeline<T>& pipeline) {
  const Network<T>& network = pipeline.network;
  const Index similarities = pipeline.context == nullptr ? 0 : pipeline.context->similarities();
  return {network.inputs(), network.width(), network.outputs(), similarities,
          kernels().network<T>().lanes};
}

// The columns of a padded block that are inputs.
template <class T>
ConstMatrixView<T> inputsOf(const Pipeline<T>& pipeline, OwnedMatrix<T>& block, Index rows) {
  return block.view().block(0, rows, 0, pipeline.network.inputs());
}

// work.unit <- P, of unit norm where the pipeline says so.
template <class T>
void enter(const Pipeline<T>& pipeline, ConstMatrixView<T> P, Workspace<T>& work) {
  for (Index i = 0; i < P.rows; ++i) {
    T* const row = work.unit.view().row(i);
    std::copy_n(P.row(i), P.cols, row);
    if (pipeline.unitRows) work.norms[i] = normalize(row, P.cols);
  }
}

// work.attended <- what the context makes of work.unit, of unit norm likewise.
template <class T>
void attend(const Pipeline<T>& pipeline, Index rows, Workspace<T>& work) {
  const auto attended = work.attended.view().rowBlock(0, rows);
  pipeline.context->apply(inputsOf(pipeline, work.unit, rows),
                          work.similarity.view().rowBlock(0, rows), attended);
  for (Index i = 0; i < rows && pipeline.unitRows; ++i) {
    work.attendedNorms[i] = normalize(attended.row(i), pipeline.network.inputs());
  }
}

// The pipeline with its network packed.
template <class T>
class Packed {
 public:
  Packed(const Pipeline<T>& pipeline, Control& control)
      : pipeline_(pipeline),
        units_(panelsOfTranspose<T>(pipeline.network.weights, control)),
        inputs_(panelsOf<T>(pipeline.network.weights, control)),
        signs_(panelsOf<T>(pipeline.network.signs, control)),
        outputs_(panelsOfTranspose<T>(pipeline.network.signs, control)) {}

  Workspace<T> workspace() const { return workspaceOf(pipeline_); }

  // work.gradient <- dL/dx of the network alone at rows x.
  void networkGradient(OwnedMatrix<T>& x, ConstMatrixView<T> Y, Workspace<T>& work) const {
    const Network<T>& network = pipeline_.network;
    const double scale = 1 / std::sqrt(static_cast<double>(network.width()));
    const auto hidden = work.hidden.view().rowBlock(0, Y.rows);
    const auto outputs = work.outputs.view().rowBlock(0, Y.rows);
    multiplyByPanels<T>(inputsOf(pipeline_, x, Y.rows), units_, PanelEnd::kRelu, hidden);
    multiplyByPanels<T>(hidden, signs_, PanelEnd::kStore, outputs);
    for (Index i = 0; i < Y.rows; ++i) {
      T* const f = outputs.row(i);
      for (Index k = 0; k < Y.cols; ++k) f[k] *= static_cast<T>(scale);
      lossGradient(pipeline_.loss, f, Y.row(i), Y.cols, scale);
    }
    multiplyByPanels<T>(outputs, outputs_, PanelEnd::kGate, hidden);
    multiplyByPanels<T>(hidden, inputs_, PanelEnd::kStore,
                        work.gradient.view().rowBlock(0, Y.rows));
  }

  // work.gradient <- through the normalisation of work.attended, of work.unit.
  void throughAttended(Index rows, Workspace<T>& work) const {
    through(work.attended, work.attendedNorms, rows, work);
  }
  void throughUnit(Index rows, Workspace<T>& work) const {
    through(work.unit, work.norms, rows, work);
  }

  // work.gradient <- dL/dp of a block of points that do not depend on each other.
  void blockGradient(ConstMatrixView<T> P, ConstMatrixView<T> Y, Workspace<T>& work) const {
    enter(pipeline_, P, work);
    if (pipeline_.attending == Attending::kNone) {
      networkGradient(work.unit, Y, work);
    } else {
      attend(pipeline_, P.rows, work);
      networkGradient(work.attended, Y, work);
      throughAttended(P.rows, work);
      // C is symmetric: the transpose of the map is the map.
      pipeline_.context->apply(inputsOf(pipeline_, work.gradient, P.rows),
                               work.similarity.view().rowBlock(0, P.rows),
                               work.attended.view().rowBlock(0, P.rows));
      std::swap(work.gradient, work.attended);
    }
    throughUnit(P.rows, work);
  }

 private:
  void through(OwnedMatrix<T>& unit, const double* norms, Index rows, Workspace<T>& work) const {
    for (Index i = 0; i < rows && pipeline_.unitRows; ++i) {
      throughNormalization(unit.view().row(i), norms[i], work.gradient.view().row(i),
                           pipeline_.network.inputs());
    }
  }

  const Pipeline<T>& pipeline_;
  Panels<T> units_, inputs_;   // of W^T and of W
  Panels<T> signs_, outputs_;  // of A and of A^T
};

// A <- A + A^T.
template <class T>
void symmetrize(MatrixView<T> A, Control& control) {
  parallelBlocks(control, A.rows, 16, [&](Index first, Index count) {
    for (Index i = first; i < first + count; ++i) {
      for (Index j = 0; j <= i; ++j) A(i, j) = A(j, i) = A(i, j) + A(j, i);
    }
  });
}

// The gradient of the sum of all losses when the points are their own context: every step goes over
// all blocks before the next begins. With d <= n through the moment X^T X (d x d), else through the
// similarities X X^T (n x n).
template <class T>
class Transductive {
 public:
  Transductive(const Pipeline<T>& pipeline, const Packed<T>& packed, Index n, Index d)
      : pipeline_(pipeline),
        packed_(packed),
        byMoment_(d <= n),
        unit_(n, d),
        outer_(n, d),
        norms_(n),
        moment_(std::min(n, d), std::min(n, d)),
        mixed_(std::min(n, d), std::min(n, d)) {}

  static Index elements(Index n, Index d) {
    return 2 * n * d + 2 * std::min(n, d) * std::min(n, d) + threads() * kTile * kTile;
  }

  // Calls done(first, work) with work.gradient the gradient of a block of points.
  template <class Done>
  void operator()(ConstMatrixView<T> P, ConstMatrixView<T> Y, Control& control, const Done& done) {
    const auto unit = unit_.view(), outer = outer_.view();
    const auto moment = moment_.view(), mixed = mixed_.view();
    forBlocks(P.rows, control, [&](Index first, Index count, Workspace<T>& work) {
      enter(pipeline_, P.rowBlock(first, count), work);
      std::copy_n(work.norms, count, norms_.data() + first);
      for (Index i = 0; i < count; ++i) {
        std::copy_n(work.unit.view().row(i), P.cols, unit.row(first + i));
      }
    });
    if (byMoment_) {
      secondMoment<T>(unit, moment, control);
    } else {
      gram<T>(unit, moment, control);
    }
    const Panels<T> right = panelsOf<T>(byMoment_ ? moment : unit, control);
    // outer <- B = dL/dU.
    forBlocks(P.rows, control, [&](Index first, Index count, Workspace<T>& work) {
      const auto attended = work.attended.view().rowBlock(0, count);
      multiplyByPanels<T>((byMoment_ ? unit : moment).rowBlock(first, count), right,
                          PanelEnd::kStore, attended);
      for (Index i = 0; i < count; ++i) {
        work.attendedNorms[i] = normalize(attended.row(i), P.cols);
      }
      packed_.networkGradient(work.attended, Y.rowBlock(first, count), work);
      packed_.throughAttended(count, work);
      for (Index i = 0; i < count; ++i) {
        std::copy_n(work.gradient.view().row(i), P.cols, outer.row(first + i));
      }
    });
    rectangularTiles(mixed.rows, mixed.cols, kTile, control, [&](const TileRange& tile) {
      const auto out = mixed.block(tile.firstRow, tile.rows, tile.firstCol, tile.cols);
      if (byMoment_) {
        OwnedMatrix<T> columns(tile.rows, kTile);
        for (Index first = 0; first < P.rows; first += kTile) {
          const Index count = std::min(kTile, P.rows - first);
          transpose(unit.row(first) + tile.firstRow, unit.stride, count, tile.rows,
                    columns.view().data, kTile);
          multiplyHere<T>(columns.view().block(0, tile.rows, 0, count), Op::kNone,
                          outer.block(first, count, tile.firstCol, tile.cols),
                          first == 0 ? Into::kStore : Into::kAdd, out);
        }
      } else {
        multiplyHere<T>(unit.rowBlock(tile.firstRow, tile.rows), Op::kTranspose,
                        outer.rowBlock(tile.firstCol, tile.cols), Into::kStore, out);
      }
    });
    symmetrize<T>(mixed, control);
    // By moment: B C + X (X^T B + B^T X). By similarities: G B + (X B^T + B X^T) X.
    const Panels<T> second = panelsOf<T>(byMoment_ ? mixed : outer, control);
    forBlocks(P.rows, control, [&](Index first, Index count, Workspace<T>& work) {
      const auto gradient = work.gradient.view().rowBlock(0, count);
      multiplyByPanels<T>((byMoment_ ? outer : mixed).rowBlock(first, count), right,
                          PanelEnd::kStore, gradient);
      multiplyByPanels<T>((byMoment_ ? unit : moment).rowBlock(first, count), second,
                          PanelEnd::kAdd, gradient);
      for (Index i = 0; i < count; ++i) {
        throughNormalization(unit.row(first + i), norms_[first + i], gradient.row(i), P.cols);
      }
      done(first, work);
    });
  }

 private:
  template <class Body>
  void forBlocks(Index points, Control& control, const Body& body) {
    parallelBlocks(control, points, kPointBlock, [&](Index first, Index count) {
      Workspace<T> work = packed_.workspace();
      body(first, count, work);
    });
  }

  const Pipeline<T>& pipeline_;
  const Packed<T>& packed_;
  const bool byMoment_;
  OwnedMatrix<T> unit_, outer_;
  Buffer<double> norms_;
  OwnedMatrix<T> moment_, mixed_;
};

}  // namespace

template <class T>
void inputGradient(const Pipeline<T>& pipeline, ConstMatrixView<T> P, ConstMatrixView<T> Y,
                   MatrixView<T> gradient, Control& control) {
  const Packed<T> packed(pipeline, control);
  control.expect(static_cast<double>(P.rows));
  const auto keep = [&](Index first, Index count, Workspace<T>& work) {
    for (Index i = 0; i < count; ++i) {
      std::copy_n(work.gradient.view().row(i), P.cols, gradient.row(first + i));
    }
    control.advance(static_cast<double>(count));
  };
  if (pipeline.attending == Attending::kPoints) {
    Transductive<T> whole(pipeline, packed, P.rows, P.cols);
    whole(P, Y, control, [&](Index first, Workspace<T>& work) {
      keep(first, std::min(kPointBlock, P.rows - first), work);
    });
    return;
  }
  parallelBlocks(control, P.rows, kPointBlock, [&](Index first, Index count) {
    Workspace<T> work = packed.workspace();
    packed.blockGradient(P.rowBlock(first, count), Y.rowBlock(first, count), work);
    keep(first, count, work);
  });
}

template <class T>
void linfAttack(const Pipeline<T>& pipeline, ConstMatrixView<T> pixels, ConstMatrixView<T> Y,
                const AttackOptions& options, MatrixView<T> adversarial, Control& control,
                std::uint64_t firstPoint) {
  const Packed<T> packed(pipeline, control);
  Stepper<T> stepper(options, pixels, adversarial);
  control.expect(static_cast<double>(pixels.rows) * static_cast<double>(options.steps));
  if (pipeline.attending == Attending::kPoints) {
    Transductive<T> whole(pipeline, packed, pixels.rows, pixels.cols);
    parallelBlocks(control, pixels.rows, kPointBlock,
                   [&](Index first, Index count) { stepper.start(first, count, firstPoint); });
    for (Index step = 0; step < options.steps; ++step) {
      const double steps = static_cast<double>(options.steps);
      control.part(static_cast<double>(step) / steps, static_cast<double>(step + 1) / steps);
      whole(adversarial, Y, control, [&](Index first, Workspace<T>& work) {
        stepper.step(first, std::min(kPointBlock, pixels.rows - first), work.gradient.view());
      });
    }
    return;
  }
  parallelBlocks(control, pixels.rows, kPointBlock, [&](Index first, Index count) {
    Workspace<T> work = packed.workspace();
    stepper.start(first, count, firstPoint);
    for (Index step = 0; step < options.steps; ++step) {
      control.checkpoint();
      packed.blockGradient(adversarial.rowBlock(first, count), Y.rowBlock(first, count), work);
      stepper.step(first, count, work.gradient.view());
      control.advance(static_cast<double>(count));
    }
  });
}

template <class T>
void networkInputs(const Pipeline<T>& pipeline, ConstMatrixView<T> P, MatrixView<T> inputs,
                   Control& control) {
  parallelBlocks(control, P.rows, kPointBlock, [&](Index first, Index count) {
    Workspace<T> work = workspaceOf(pipeline);
    enter(pipeline, P.rowBlock(first, count), work);
    const bool attends = pipeline.attending == Attending::kContext;
    if (attends) attend(pipeline, count, work);
    for (Index i = 0; i < count; ++i) {
      std::copy_n((attends ? work.attended : work.unit).view().row(i), P.cols,
                  inputs.row(first + i));
    }
  });
}

template <class T>
void addAttackWorkspace(MemoryEstimate& estimate, Index n, Index width, Index inputs, Index outputs,
                        Attending attending, Index contextRows) {
  const Index lanes = kMaxLanes<T>;
  const bool narrow = attending == Attending::kContext && contextRows < inputs;
  const Index similarities = narrow ? contextRows : 0;
  estimate.add(2 * paddedColumns(width, lanes), paddedColumns(inputs, lanes), sizeof(T))
      .add(2 * paddedColumns(outputs, lanes), paddedColumns(width, lanes), sizeof(T))
      .add(threads(), Workspace<T>::elements(inputs, width, outputs, similarities, lanes),
           sizeof(T))
      .add(Stepper<T>::elements(n, inputs), 1, sizeof(T));
  if (attending == Attending::kContext) {
    estimate.add(AttentionMap<T>::elements(contextRows, inputs), 1, sizeof(T));
  }
  if (attending == Attending::kPoints) {
    estimate.add(Transductive<T>::elements(n, inputs), 1, sizeof(T))
        .add(2 * paddedColumns(inputs, lanes), std::max(n, inputs), sizeof(T));
  }
}

template void inputGradient(const Pipeline<double>&, ConstMatrixView<double>,
                            ConstMatrixView<double>, MatrixView<double>, Control&);
template void inputGradient(const Pipeline<float>&, ConstMatrixView<float>, ConstMatrixView<float>,
                            MatrixView<float>, Control&);
template void linfAttack(const Pipeline<double>&, ConstMatrixView<double>, ConstMatrixView<double>,
                         const AttackOptions&, MatrixView<double>, Control&, std::uint64_t);
template void linfAttack(const Pipeline<float>&, ConstMatrixView<float>, ConstMatrixView<float>,
                         const AttackOptions&, MatrixView<float>, Control&, std::uint64_t);
template void networkInputs(const Pipeline<double>&, ConstMatrixView<double>, MatrixView<double>,
                            Control&);
template void networkInputs(const Pipeline<float>&, ConstMatrixView<float>, MatrixView<float>,
                            Control&);
template void addAttackWorkspace<double>(MemoryEstimate&, Index, Index, Index, Index, Attending,
                                         Index);
template void addAttackWorkspace<float>(MemoryEstimate&, Index, Index, Index, Index, Attending,
                                        Index);

}  // namespace ntkit
