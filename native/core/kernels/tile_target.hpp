// Where a tile of a result goes from the memory in which it was made, and its mirror image: what a
// kernel needs to write it, or to have its lines come nearer before they are written. Written from
// afar they take as long as the products of short rows.
#pragma once

#include <cstdint>

#include "../matrix_view.hpp"

namespace ntkit {

template <class T>
struct TileTarget {
  T* out = nullptr;
  T* mirror = nullptr;  // of the transposed tile, or null
  Index stride = 0;     // of both

  // The same for rows from `row` of the tile.
  TileTarget fromRow(Index row) const {
    return {out + row * stride, mirror == nullptr ? nullptr : mirror + row, stride};
  }
};

// The lines of a target of any element, for a kernel that makes its tile a row at a time; null
// without a mirror image: rows alone are long enough for the processor's own foresight.
struct TargetRows {
  const std::uint8_t *out = nullptr, *mirror = nullptr;
  Index stride = 0, element = 1;  // in bytes

  template <class T>
  static TargetRows of(const TileTarget<T>& target) {
    constexpr Index kElement = sizeof(T);
    if (target.mirror == nullptr) return {};
    return {reinterpret_cast<const std::uint8_t*>(target.out),
            reinterpret_cast<const std::uint8_t*>(target.mirror), target.stride * kElement,
            kElement};
  }

  // The same for rows from `row` of the tile.
  TargetRows fromRow(Index row) const {
    if (mirror == nullptr) return {};
    return {out + row * stride, mirror + row * element, stride, element};
  }

  // Asks for row `row` from column `first` on, and for its share of the image's lines, which hold
  // rows beside it: every line of the image is asked for once.
  [[gnu::always_inline]] void ask(Index row, Index first, Index columns) const {
    constexpr Index kLine = kCacheLine<std::uint8_t>;
    if (mirror == nullptr) return;
    const std::uint8_t* const line = out + row * stride + first * element;
    for (Index byte = 0; byte < columns * element; byte += kLine) {
      __builtin_prefetch(line + byte, 1, 2);
    }
    const Index perLine = kLine / element;
    for (Index column = first + row % perLine; column < first + columns; column += perLine) {
      __builtin_prefetch(mirror + column * stride + row * element, 1, 2);
    }
  }
};

}  // namespace ntkit
