#include "bulge_chasing.hpp"

#include <vector>

#include "cpu.hpp"
#include "milestones.hpp"
#include "reflection.hpp"

namespace ntkit {
namespace {

constexpr Index kSweeps = 4;
// Of the first, longest group at least.
constexpr Index kTicksPerLane = 8;

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

// Some sweeps, one block behind the other: the blocks that they share stay in the cache.
template <Index kBand>
class Group {
 public:
  Group() = default;
  Group(BandMatrix<kBand>& band, Index firstRow, Index count) : count_(count) {
    for (Index s = 0; s < count; ++s) sweeps_[s] = Sweep<kBand>(&band, firstRow - s);
  }

  // Until the last sweep has ended. In each the first goes on by a step, while it has one.
  Index ticks() const noexcept { return longest() + count_ - 1; }
  Index longest() const noexcept { return sweeps_[0].steps(); }

  // Whether the last sweep has gone on.
  bool advance(Index tick) {
    bool last = false;
    for (Index s = 0; s < count_; ++s) {
      last = tick >= s && tick - s < sweeps_[s].steps();
      if (last) sweeps_[s].step(tick - s);
    }
    return last;
  }

 private:
  Index count_ = 0;
  Sweep<kBand> sweeps_[kSweeps];
};

// Groups of sweeps one behind the other, in lanes: each lane does its share of the way of every
// group, on nearly the same blocks, and tends to be one thread's: cores without a common cache
// would fetch all of the band from each other for every group (on two of them order 2000 took 1.4
// times as long).
template <Index kBand>
class Chase {
 public:
  explicit Chase(BandMatrix<kBand>& band)
      : band_(band),
        sweeps_(std::max<Index>(band.order() - 2, 0)),
        groups_(blockCount(sweeps_, kSweeps)),
        lanes_(std::clamp<Index>(band.order() / kBand / kTicksPerLane, 1, threads())),
        underWay_(static_cast<std::size_t>(2 * lanes_ + 2)),
        reached_(2 * groups_) {}

  void run(Control& control) {
    control.expect(static_cast<double>(groups_));
    // Lanes that wait for each other, the last lane first.
    reached_.run(control, (groups_ + lanes_ - 1) * lanes_, [&](Index task) {
      const Index lane = lanes_ - 1 - task % lanes_, group = task / lanes_ - lane;
      if (group < 0 || group >= groups_) return;
      pass(lane, group, control);
      reached_.reach(lanesOf(group));
      if (lane == lanes_ - 1) control.advance();
    });
  }

 private:
  // Steps of the last sweep of a group, and the lanes that the group has left behind.
  static Index stepsOf(Index group) { return 2 * group; }
  static Index lanesOf(Index group) { return 2 * group + 1; }

  Index firstRow(Index group) const { return band_.order() - 1 - group * kSweeps; }

  void pass(Index lane, Index group, Control& control) {
    const auto slots = static_cast<Index>(underWay_.size());
    Group<kBand>& own = underWay_[static_cast<std::size_t>(group % slots)];
    if (lane > 0) {
      reached_.await(lanesOf(group), lane, control);
    } else {
      // The last group in its place may still be under way.
      if (group >= slots) reached_.await(lanesOf(group - slots), lanes_, control);
      own = {band_, firstRow(group), std::min(kSweeps, sweeps_ - group * kSweeps)};
    }
    // A step waits for what the group before did at most kSweeps ticks later: in the same lane or
    // the next, a task of lower number, as lanes are not shorter and do not grow from group to
    // group.
    const Index share = std::max(blockCount(own.ticks(), lanes_), kSweeps);
    const Index end = std::min((lane + 1) * share, own.ticks());
    const Index before = Sweep<kBand>(&band_, firstRow(group) + 1).steps();
    Index seen = 0;
    for (Index tick = lane * share; tick < end; ++tick) {
      // A step needs what the sweep before did in the block after its own; steps of later sweeps
      // go where the first of these has been.
      const Index needed = std::min(tick + 2, before);
      if (group > 0 && tick < own.longest() && seen < needed) {
        seen = reached_.await(stepsOf(group - 1), needed, control);
      }
      if (own.advance(tick)) reached_.reach(stepsOf(group));
    }
  }

  BandMatrix<kBand>& band_;
  const Index sweeps_, groups_, lanes_;
  std::vector<Group<kBand>> underWay_;
  Milestones reached_;
};

}  // namespace

template <Index kBand>
void chaseBulges(BandMatrix<kBand>& band, double* diagonal, double* offDiagonal, Control& control) {
  Chase<kBand>(band).run(control);
  const Index n = band.order();
  for (Index i = 0; i < n; ++i) {
    diagonal[i] = *band.at(i, i);
    offDiagonal[i] = i + 1 < n ? *band.at(i + 1, i) : 0;
  }
}

template void chaseBulges(BandMatrix<kNarrowBand>&, double*, double*, Control&);
template void chaseBulges(BandMatrix<kWideBand>&, double*, double*, Control&);

}  // namespace ntkit
