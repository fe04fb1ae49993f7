// Gram matrices.
//
//   gram          G = X X^T      (n x n)   inner products of rows
//   crossGram     G = Z X^T      (q x n)
//   secondMoment  C = X^T X      (d x d)   the smaller side when d < n; nonzero eigenvalues are
//   those of G
//
// X: n x d, Z: q x d, row-major, float or double. G and C are exactly symmetric. Error:
// |fl(G) - G| <= d eps |X||X|^T.
#pragma once

#include "control.hpp"
#include "row_products.hpp"

namespace ntkit {

template <class T>
void gram(ConstMatrixView<T> X, MatrixView<T> G, Control& control);

template <class T>
void gram(const PackedRows<T>& X, MatrixView<T> G, Control& control);

template <class T>
void crossGram(const PackedRows<T>& Z, const PackedRows<T>& X, MatrixView<T> G, Control& control);

template <class T>
void secondMoment(ConstMatrixView<T> X, MatrixView<T> C, Control& control);

// The square root of the largest diagonal element of X X^T among those of `count` rows, evenly
// spaced. On the calling thread.
template <class T>
double largestNorm(ConstMatrixView<T> X, Index count);

// Adds the packed rows of gram and crossGram and what those take beside; `queries` is 0 for gram.
template <class T>
void estimateGram(MemoryEstimate& memory, Index points, Index queries, Index inputs) {
  for (const Index rows : {points, queries}) memory.add(PackedRows<T>::bytes(rows, inputs), 1, 1);
  memory.add(threads(), ProductScratch<T>::bytes(), 1);
}

// The same for secondMoment.
template <class T>
void estimateSecondMoment(MemoryEstimate& memory, Index points, Index inputs) {
  estimateGram<T>(memory, inputs, 0, points);
}

}  // namespace ntkit
