// The update of a blocked tridiagonal reduction against its definition.
#include "pair_update.hpp"

#include <cmath>

#include "check.hpp"
#include "parallel.hpp"
#include "random.hpp"

using namespace ntkit;

TEST(pair_updates_change_the_lower_triangle_alone) {
  double worst = 0;
  Index touched = 0;
  for (const Index order : {1, 5, 47, 48, 193, 400}) {
    for (const Index rows : {1, 3, 32}) {
      OwnedMatrix<double> A(order, order), before(order, order), pairs(2 * rows, order);
      fillGaussian({1, 1}, 0, 1.0, A.view().data, order * order);
      std::copy_n(A.view().data, order * order, before.view().data);
      fillGaussian({1, 2}, 0, 1.0, pairs.view().data, 2 * rows * order);
      Control control;
      withTeam(control,
               [&](Team& team) { PairUpdate(order, 32).apply(A.view(), pairs.view(), team); });
      for (Index i = 0; i < order; ++i) {
        for (Index j = i + 1; j < order; ++j) touched += A.view()(i, j) != before.view()(i, j);
        for (Index j = 0; j <= i; ++j) {
          double expected = before.view()(i, j);
          for (Index k = 0; k < 2 * rows; ++k) {
            expected -= pairs.view()(k, i) * pairs.view()(k ^ 1, j);
          }
          worst = std::max(worst, std::fabs(A.view()(i, j) - expected));
        }
      }
    }
  }
  CHECK_EQUAL(touched, 0);
  CHECK(worst <= 1e-12);
}
