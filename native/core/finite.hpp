// Whether numbers are finite: looked at as they come in and as they go out.
#pragma once

#include "cpu.hpp"
#include "error.hpp"

namespace ntkit {

// Whether no element is NaN or infinite.
template <class T>
bool isFinite(const T* a, Index length) {
  return kernels().gram<T>().isFinite(a, length);
}

// Finite inputs can overflow on the way (rows of length 1e160): that is told, not returned.
template <class T>
void requireFinite(const T* result, Index length) {
  if (isFinite(result, length)) return;
  throw Error(ErrorCode::kNotFinite,
              "The result has NaN or Infinity although the input has none: its scale overflows; "
              "try to scale it down");
}

}  // namespace ntkit
