#include "bulge_chasing.hpp"

#include "cpu.hpp"
#include "milestones.hpp"

namespace ntkit {
namespace {

// Sweeps a task, one block behind the other: the blocks that they share stay in the cache.
constexpr Index kSweeps = 4;

// The elimination of one row and of the bulges that come of it.
template <Index kBand>
class Sweep {
 public:
  Sweep() = default;
  Sweep(BandMatrix<kBand>* band, Index row) : band_(band), row_(row) {}

  // Blocks on the way to the first row; the last ends before column 1.
  Index steps() const noexcept { return (row_ - 2) / kBand + 1; }

  // Steps in their order.
  void step(Index step) {
    const Index first = row_ - (step + 1) * kBand;
    if (step == 0) eliminateRow(first);
    BandReflector<kBand>&current = reflectors_[step % 2], &next = reflectors_[(step + 1) % 2];
    kernels().bulges->of<kBand>()(band_->at(first, first), BandMatrix<kBand>::stride(), current,
                                  next);
  }

 private:
  void eliminateRow(Index first) {
    double *const row = band_->at(row_, first), *const v = reflectors_[0].v;
    std::copy_n(row, kBand, v);
    const Reflection reflection = reflect(v, kBand);
    reflectors_[0].tau = reflection.tau;
    std::fill_n(row, kBand - 1, 0.0);
    row[kBand - 1] = reflection.beta;
  }

  BandMatrix<kBand>* band_ = nullptr;
  Index row_ = 0;
  BandReflector<kBand> reflectors_[2];
};

}  // namespace

template <Index kBand>
void chaseBulges(BandMatrix<kBand>& band, double* diagonal, double* offDiagonal, Control& control) {
  const Index n = band.order(), sweeps = std::max<Index>(n - 2, 0);
  const Index groups = blockCount(sweeps, kSweeps);
  Milestones steps(groups);  // of the last sweep of each group
  control.expect(static_cast<double>(groups));
  steps.run(control, groups, [&](Index group) {
    const Index first = group * kSweeps, count = std::min(kSweeps, sweeps - first);
    Sweep<kBand> sweep[kSweeps];
    for (Index s = 0; s < count; ++s) sweep[s] = Sweep<kBand>(&band, n - 1 - first - s);
    const Index longest = sweep[0].steps(), before = Sweep<kBand>(&band, n - first).steps();
    for (Index tick = 0; tick < longest + count - 1; ++tick) {
      // A step needs what the sweep before did in the block after its own; steps of later sweeps
      // go where the first of these has been.
      if (group > 0 && tick < longest) {
        steps.await(group - 1, std::min(tick + 2, before), control);
      }
      for (Index s = 0; s < count; ++s) {
        if (tick - s >= 0 && tick - s < sweep[s].steps()) sweep[s].step(tick - s);
      }
      if (tick >= count - 1 && tick - count + 1 < sweep[count - 1].steps()) steps.reach(group);
    }
    control.advance();
  });
  for (Index i = 0; i < n; ++i) {
    diagonal[i] = *band.at(i, i);
    offDiagonal[i] = i + 1 < n ? *band.at(i + 1, i) : 0;
  }
}

template void chaseBulges(BandMatrix<kNarrowBand>&, double*, double*, Control&);
template void chaseBulges(BandMatrix<kWideBand>&, double*, double*, Control&);

}  // namespace ntkit
