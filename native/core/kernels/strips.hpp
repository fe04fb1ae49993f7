// The inner loops of dense triangular work, on packed strips.
//
// A row strip holds `rows` rows of a matrix as [k][rows], a column strip `cols` of them as
// [k][cols]: what a step of an inner loop reads lies side by side.
//
//   update      C -= A B^T                  C: rows x cols (row-major, any stride), A and B strips
//   substitute  X_s = (X_s - X_<s U_<s) U_ss^-1   for columns s = first ... first + cols - 1 of the
//               row strip X, U upper triangular; `u` is the column strip of U's columns s from row
//               0 down to the triangle's end, with 1 / U_ss on its diagonal
//   transpose   out(j, i) = in(i, j) for in of rows x cols, both row-major; out may go backwards
//
// update sums a product from zero in the order of k, with one rounding a step where the instruction
// set has fused multiply-adds, and subtracts it once; substitute subtracts term by term, fused
// likewise but for the floats of AVX2. The tile
// of results stays in registers: sizes are those of the register file, chosen with the instruction
// set.
#pragma once

#include "../matrix_view.hpp"

namespace ntkit {

template <class T>
struct StripKernel {
  Index rows;
  Index cols;
  // Of C's first `wanted` columns; those beyond, up to a whole vector, change too.
  void (*update)(Index depth, const T* a, const T* b, Index wanted, T* c, Index stride);
  void (*substitute)(Index first, T* x, const T* u);
  void (*transpose)(const T* in, Index inStride, Index rows, Index cols, T* out, Index outStride);
};

// Both sizes divide it in every instruction set: tiles are multiples of it. A strip has 4 or 8
// rows.
inline constexpr Index kStripMultiple = 48;
inline constexpr Index kMaxStripRows = 8;

struct StripKernels {
  StripKernel<double> forDouble;
  StripKernel<float> forFloat;

  template <class T>
  const StripKernel<T>& of() const {
    if constexpr (sizeof(T) == sizeof(float)) {
      return forFloat;
    } else {
      return forDouble;
    }
  }
};

extern const StripKernels kStripsPortable;
#if defined(__x86_64__) || defined(NTKIT_EMULATE_X86)
extern const StripKernels kStripsAvx2;
extern const StripKernels kStripsAvx512;
#endif
#if defined(__aarch64__)
extern const StripKernels kStripsNeon;
#endif

}  // namespace ntkit
