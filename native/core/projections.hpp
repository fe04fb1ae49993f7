// Random query, key and value projections of attention (v2, Prop. B.4): d x d weights of N(0, 1 /
// d), drawn from a seed. Layer l of a stack takes elements l d^2 and following of each stream.
#pragma once

#include "control.hpp"
#include "matrix_view.hpp"

namespace ntkit {

template <class T>
struct Projections {
  OwnedMatrix<T> queries, keys, values;
};

template <class T>
Projections<T> drawProjections(std::uint64_t seed, Index layer, Index d, Control& control);

}  // namespace ntkit
