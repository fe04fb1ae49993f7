// The steps of an l_inf attack: from the random start to the projection, a point at a time.
//
//   g <- decay g + gradient / |gradient|_1 with momentum, g <- gradient without
//   p <- clip(p + alpha sign(g), [p_0 - eps, p_0 + eps] and [low, high])
//
// Point i starts where point firstPoint + i of the whole set would, whatever the blocks.
#pragma once

#include <algorithm>
#include <cmath>

#include "attack.hpp"
#include "random.hpp"
#include "rows.hpp"

namespace ntkit {

// Steps of the points of one attack.
template <class T>
class Stepper {
 public:
  Stepper(const AttackOptions& options, ConstMatrixView<T> origin, MatrixView<T> points)
      : options_(options),
        origin_(origin),
        points_(points),
        momentum_(options.decay ? origin.rows : 0, origin.cols) {
    momentum_.elements().fill(0);
  }

  static Index elements(Index n, Index d) { return n * d; }

  void start(Index first, Index count, std::uint64_t firstPoint) {
    const RandomStream stream = streamOf(options_.seed, Draw::kAttackStart);
    for (Index i = first; i < first + count; ++i) {
      std::copy_n(origin_.row(i), origin_.cols, points_.row(i));
      if (!options_.randomStart) continue;
      const double norm = normOf(i);
      for (Index j = 0; j < origin_.cols; ++j) {
        const std::uint64_t index = (firstPoint + static_cast<std::uint64_t>(i)) *
                                        static_cast<std::uint64_t>(origin_.cols) +
                                    static_cast<std::uint64_t>(j);
        const double shift =
            options_.eps * norm * featureOf(j) * (2 * randomUniform(stream, index) - 1);
        points_(i, j) = static_cast<T>(
            std::clamp(static_cast<double>(points_(i, j)) + shift, options_.low, options_.high));
      }
    }
  }

  // Moves the points of a block along its gradient.
  void step(Index first, Index count, MatrixView<T> gradient) {
    for (Index i = 0; i < count; ++i) {
      const T* direction = gradient.row(i);
      if (options_.decay) direction = accumulate(direction, momentum_.view().row(first + i));
      move(first + i, direction);
    }
  }

 private:
  double normOf(Index i) const {
    return options_.units.norms ? norm(origin_.row(i), origin_.cols) : 1;
  }
  double featureOf(Index j) const {
    const std::vector<double>& features = options_.units.features;
    return features.empty() ? 1 : features[static_cast<std::size_t>(j)];
  }

  // momentum <- decay momentum + gradient / |gradient|_1.
  const T* accumulate(const T* gradient, T* momentum) const {
    constexpr Index kSums = 8;
    double sums[kSums] = {};
    for (Index j = 0; j < origin_.cols; ++j) {
      sums[j % kSums] += std::fabs(static_cast<double>(gradient[j]));
    }
    double size = 0;
    for (const double sum : sums) size += sum;
    const T inverse = static_cast<T>(size > 0 ? 1 / size : 0),
            decay = static_cast<T>(*options_.decay);
    for (Index j = 0; j < origin_.cols; ++j) {
      momentum[j] = decay * momentum[j] + gradient[j] * inverse;
    }
    return momentum;
  }

  void move(Index i, const T* __restrict direction) {
    const double norm = normOf(i);
    const T* const __restrict origin = origin_.row(i);
    T* const __restrict point = points_.row(i);
    const T low = static_cast<T>(options_.low), high = static_cast<T>(options_.high);
    const auto shift = [&](Index j, T eps, T alpha) {
      const T slope = direction[j];
      const T step = slope > 0 ? alpha : slope < 0 ? -alpha : T{0};
      T moved = point[j] + step;
      const T least = origin[j] - eps, most = origin[j] + eps;
      moved = moved < least ? least : moved;
      moved = moved > most ? most : moved;
      moved = moved < low ? low : moved;
      point[j] = moved > high ? high : moved;
    };
    if (options_.units.features.empty()) {
      const T eps = static_cast<T>(options_.eps * norm),
              alpha = static_cast<T>(options_.alpha * norm);
      for (Index j = 0; j < origin_.cols; ++j) shift(j, eps, alpha);
    } else {
      for (Index j = 0; j < origin_.cols; ++j) {
        const double unit = norm * featureOf(j);
        shift(j, static_cast<T>(options_.eps * unit), static_cast<T>(options_.alpha * unit));
      }
    }
  }

  const AttackOptions& options_;
  ConstMatrixView<T> origin_;
  MatrixView<T> points_;
  OwnedMatrix<T> momentum_;
};

}  // namespace ntkit
