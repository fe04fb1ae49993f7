// Progress of an operation made of steps: each takes its share of the part that the whole had.
#pragma once

#include "control.hpp"

namespace ntkit {

class Steps {
 public:
  // `total` is the sum of the weights that next() will be given.
  Steps(Control& control, double total)
      : control_(control), from_(control.from()), width_(control.to() - from_), total_(total) {}

  // The next step begins.
  void next(double weight = 1) {
    const double start = done_ / total_;
    done_ += weight;
    control_.part(from_ + width_ * start, from_ + width_ * done_ / total_);
  }

 private:
  Control& control_;
  double from_, width_, total_;
  double done_ = 0;
};

}  // namespace ntkit
