#include "adversarial.hpp"

#include "parallel.hpp"

namespace ntkit {
namespace {

template <class T>
class Maker {
 public:
  Maker(const Pipeline<T>& pipeline, ConstMatrixView<T> pixels, ConstMatrixView<T> Y,
        const AttackOptions& options, Index batchSize, const Control& control)
      : pipeline_(pipeline),
        pixels_(pixels),
        Y_(Y),
        options_(options),
        control_(control),
        origin_(batchSize, pixels.cols),
        targets_(batchSize, Y.cols),
        attacked_(batchSize, pixels.cols) {}

  ConstMatrixView<T> make(const std::int32_t* rows, Index count, std::uint64_t firstPoint) {
    Control step(&control_);
    const auto origin = origin_.view().rowBlock(0, count);
    const auto targets = targets_.view().rowBlock(0, count);
    const auto attacked = attacked_.view().rowBlock(0, count);
    for (Index i = 0; i < count; ++i) {
      std::copy_n(pixels_.row(rows[i]), pixels_.cols, origin.row(i));
      std::copy_n(Y_.row(rows[i]), Y_.cols, targets.row(i));
    }
    linfAttack<T>(pipeline_, origin, targets, options_, attacked, step, firstPoint);
    networkInputs<T>(pipeline_, attacked, origin, step);
    return origin;
  }

 private:
  const Pipeline<T>& pipeline_;
  ConstMatrixView<T> pixels_, Y_;
  const AttackOptions& options_;
  const Control& control_;
  OwnedMatrix<T> origin_, targets_, attacked_;
};

}  // namespace

template <class T>
BatchMaker<T> adversarialBatches(const Pipeline<T>& pipeline, ConstMatrixView<T> pixels,
                                 ConstMatrixView<T> Y, const AttackOptions& options,
                                 Index batchSize, const Control& control) {
  const auto maker = std::make_shared<Maker<T>>(pipeline, pixels, Y, options,
                                                std::min(batchSize, pixels.rows), control);
  return [maker](const std::int32_t* rows, Index count, std::uint64_t firstPoint) {
    return maker->make(rows, count, firstPoint);
  };
}

template <class T>
void addAdversarialWorkspace(MemoryEstimate& estimate, Index batch, Index width, Index inputs,
                             Index outputs, Index contextRows) {
  estimate.add(batch, 2 * inputs + outputs, sizeof(T));
  addAttackWorkspace<T>(estimate, batch, width, inputs, outputs,
                        contextRows > 0 ? Attending::kContext : Attending::kNone, contextRows);
}

template BatchMaker<double> adversarialBatches(const Pipeline<double>&, ConstMatrixView<double>,
                                               ConstMatrixView<double>, const AttackOptions&, Index,
                                               const Control&);
template BatchMaker<float> adversarialBatches(const Pipeline<float>&, ConstMatrixView<float>,
                                              ConstMatrixView<float>, const AttackOptions&, Index,
                                              const Control&);
template void addAdversarialWorkspace<double>(MemoryEstimate&, Index, Index, Index, Index, Index);
template void addAdversarialWorkspace<float>(MemoryEstimate&, Index, Index, Index, Index, Index);

}  // namespace ntkit
