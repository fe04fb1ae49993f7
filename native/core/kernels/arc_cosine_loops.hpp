// The map from products of rows to kernels that are functions of norms and angle, and the pass that
// applies it to a tile and writes the tile and its mirror image, as templates of a vector.
//
//   asin(u) = u + u z P(z), z = u^2, |u| <= 1/2; for |s| > 1/2 from u = sqrt((1 - |s|) / 2):
//   asin|s| = pi/2 - 2 asin u. P is the minimax polynomial of the relative error, 1.5e-17 in double
//   (12 coefficients), 4.8e-9 in float (5). Rounding included, for a given cosine the kernel of
//   the first layer is within 4 eps of its exact value, relative to it; the others are within
//   2 eps |x||z| a layer
//
// The angle comes from the cosine and its distance to the nearer end, 1 - |cosine|, which there a
// subtraction would lose.
#pragma once

#include <numbers>

#include "gram_kernels.hpp"
#include "transpose.hpp"

namespace ntkit {

// Coefficients of P, from test/golden/arc-cosine.py.
template <class T>
struct Arcsine;
template <>
struct Arcsine<double> {
  static constexpr double kCoefficients[] = {
      0x1.5555555555390p-3, 0x1.333333336e79fp-4, 0x1.6db6db427e165p-5,  0x1.f1c72c37ebf46p-6,
      0x1.6e89f456f9779p-6, 0x1.1c6be068753cap-6, 0x1.c6fdd8ab785a7p-7,  0x1.8ec26d8b1f25cp-7,
      0x1.abd3fa377ed33p-8, 0x1.3ff1a283c4bc6p-6, -0x1.09ce966319082p-6, 0x1.056bea2260111p-5};
};
template <>
struct Arcsine<float> {
  static constexpr float kCoefficients[] = {0.16666752099990845F, 0.07495297491550446F,
                                            0.04547037556767464F, 0.024179495871067047F,
                                            0.04216635972261429F};
};

// Below this 1 - |cosine| the rounding error of a product of unit vectors shows in the angle (it is
// divided by sin theta): angles below 3e-3 in double, 0.1 in float. Products of vectors of squared
// length 2 P have P times the error.
template <class T>
constexpr T kNearlyParallel = sizeof(T) == sizeof(double) ? T(5e-6) : T(5e-3);

template <class V>
struct Angle {
  V cosine, distance;   // distance = 1 - |cosine|
  V theta, complement;  // complement = pi - theta
};

template <class V>
NTKIT_KERNEL NTKIT_INLINE Angle<V> angleOf(V cosine, V distance) {
  using T = typename V::Element;
  constexpr T kPi = std::numbers::pi_v<T>;
  constexpr int kDegree = std::size(Arcsine<T>::kCoefficients) - 1;
  const V zero = V::set(0), pi = V::set(kPi), rightAngle = V::set(kPi / 2);
  const auto negative = cosine < zero;
  const auto central = V::max(cosine, zero - cosine) < V::set(T(0.5));
  const V squared = V::select(central, cosine * cosine, V::set(T(0.5)) * distance);
  const V sine = V::select(central, cosine, V::sqrt(squared));
  V tail = V::set(Arcsine<T>::kCoefficients[kDegree]);
#pragma GCC unroll 16
  for (int i = kDegree - 1; i >= 0; --i) {
    tail = V::mulAdd(tail, squared, V::set(Arcsine<T>::kCoefficients[i]));
  }
  const V arcsine = V::mulAdd(sine * squared, tail, sine);
  const V twice = arcsine + arcsine, rest = pi - twice;
  return {cosine, distance,
          V::select(central, rightAngle - arcsine, V::select(negative, rest, twice)),
          V::select(central, rightAngle + arcsine, V::select(negative, twice, rest))};
}

template <class V>
NTKIT_KERNEL NTKIT_INLINE V sine(const Angle<V>& angle) {
  return V::sqrt(angle.distance * (V::set(2) - angle.distance));
}

// `scale` is |x||z|.
template <class V, ProductMap kMap>
NTKIT_KERNEL NTKIT_INLINE V kernelValue(Angle<V> angle, V product, V scale, Index depth) {
  using T = typename V::Element;
  const V inversePi = V::set(std::numbers::inv_pi_v<T>), half = V::set(T(0.5));
  if constexpr (kMap == ProductMap::kFirstLayer) {
    return product * angle.complement * (half * inversePi);
  } else if constexpr (kMap == ProductMap::kBothLayers) {
    const V second = scale * V::mulAdd(angle.cosine, angle.complement, sine(angle));
    return V::mulAdd(product, angle.complement, second) * (half * inversePi);
  } else {
    V value = product;
    for (Index layer = 1; layer < depth; ++layer) {
      const V height = sine(angle);
      const V sigma = scale * V::mulAdd(angle.cosine, angle.complement, height);
      value = V::mulAdd(value, angle.complement, sigma) * inversePi;
      if (layer + 1 == depth) break;
      // 1 - cosine of the next layer's angle, none of which exceeds pi / 2.
      const V fall = V::mulAdd(angle.theta, angle.cosine, V::set(0) - height);
      const V versine =
          V::select(angle.cosine < V::set(0), V::set(2) - angle.distance, angle.distance);
      const V next = V::mulAdd(fall, inversePi, versine);
      const V distance = V::min(V::max(next, V::set(0)), V::set(1));
      angle = angleOf(V::set(1) - distance, distance);
    }
    return value;
  }
}

template <class T>
void noteNearlyParallel(MapTile<T>& tile, Index row, Index col, unsigned lanes) {
  if (row >= tile.rows) return;
  for (; lanes != 0 && col < tile.cols; ++col, lanes >>= 1) {
    if ((lanes & 1) == 0) continue;
    tile.pairs[tile.pairCount++] = {static_cast<std::int16_t>(row), static_cast<std::int16_t>(col)};
  }
}

// Kernel values of row i and the columns from j.
template <class V, ProductMap kMap, bool kCentred, class T = typename V::Element>
NTKIT_KERNEL NTKIT_INLINE V mapVector(MapTile<T>& tile, Index i, Index j) {
  V product = V::load(tile.products + i * kProductTile + j);
  if constexpr (kMap == ProductMap::kCopy) {
    return product;
  } else {
    const V zero = V::set(0), one = V::set(1), two = V::set(2);
    const V scale = V::set(tile.rowNorm[i]) * V::load(tile.colNorm + j);
    V cosine, distance, limit = V::set(kNearlyParallel<T>);
    if constexpr (kCentred) {
      const V half = V::set(tile.rowHalf[i]) + V::load(tile.colHalf + j);
      const V versine = V::min(V::max(half - product, zero), two);
      distance = V::min(versine, two - versine);
      cosine = one - versine;
      product = scale * cosine;
      limit = limit * half * half;
    } else {
      // The inverse of tiny norms may overflow where the product underflows to 0.
      const V inverse = V::min(V::set(tile.rowInverse[i]) * V::load(tile.colInverse + j),
                               V::set(std::numeric_limits<T>::max()));
      cosine = V::min(V::max(product * inverse, V::set(-1)), one);
      distance = one - V::max(cosine, zero - cosine);
    }
    const unsigned lost = V::bits(distance < limit);
    if (lost != 0) noteNearlyParallel(tile, i, j, lost);
    return kernelValue<V, kMap>(angleOf(cosine, distance), product, scale, tile.depth);
  }
}

// Writes kLanes rows from i, kLanes columns from j, as far as the tile has them, and their mirror.
template <class V, class T = typename V::Element>
NTKIT_KERNEL NTKIT_INLINE void writeBlock(const MapTile<T>& tile, Index i, Index j,
                                          V (&block)[V::kLanes]) {
  constexpr Index kLanes = V::kLanes;
  const Index stride = tile.target.stride;
  T* const out = tile.target.out + i * stride + j;
  T* const mirror = tile.target.mirror == nullptr ? nullptr : tile.target.mirror + j * stride + i;
  if (i + kLanes <= tile.rows && j + kLanes <= tile.cols) {
#pragma GCC unroll 16
    for (Index r = 0; r < kLanes; ++r) block[r].store(out + r * stride);
    if (mirror == nullptr) return;
    transpose(block);
#pragma GCC unroll 16
    for (Index r = 0; r < kLanes; ++r) block[r].store(mirror + r * stride);
    return;
  }
  T values[kLanes];
  for (Index r = 0; r < std::min(kLanes, tile.rows - i); ++r) {
    block[r].store(values);
    for (Index c = 0; c < std::min(kLanes, tile.cols - j); ++c) {
      out[r * stride + c] = values[c];
      if (mirror != nullptr) mirror[c * stride + r] = values[c];
    }
  }
}

template <class V, ProductMap kMap, bool kCentred, class T = typename V::Element>
NTKIT_KERNEL void mapTileBy(MapTile<T>& tile) {
  constexpr Index kLanes = V::kLanes;
  // Rows that fill a cache line of the mirror image, which is written along its rows.
  constexpr Index kRows = std::max(kLanes, kCacheLine<T>);
  for (Index first = 0; first < tile.rows; first += kRows) {
    const Index end = std::min(first + kRows, tile.rows);
    for (Index j = 0; j < tile.cols; j += kLanes) {
      for (Index i = first; i < end; i += kLanes) {
        V block[kLanes];
#pragma GCC unroll 16
        for (Index r = 0; r < kLanes; ++r) block[r] = mapVector<V, kMap, kCentred>(tile, i + r, j);
        writeBlock(tile, i, j, block);
      }
    }
  }
}

template <class V, ProductMap kMap, class T = typename V::Element>
NTKIT_KERNEL void mapTileOf(MapTile<T>& tile) {
  if (tile.rowHalf != nullptr) {
    mapTileBy<V, kMap, true>(tile);
  } else {
    mapTileBy<V, kMap, false>(tile);
  }
}

template <class V, class T = typename V::Element>
NTKIT_KERNEL void mapTile(MapTile<T>& tile) {
  switch (tile.map) {
    case ProductMap::kCopy:
      return mapTileBy<V, ProductMap::kCopy, false>(tile);
    case ProductMap::kFirstLayer:
      return mapTileOf<V, ProductMap::kFirstLayer>(tile);
    case ProductMap::kBothLayers:
      return mapTileOf<V, ProductMap::kBothLayers>(tile);
    case ProductMap::kDeep:
      return mapTileOf<V, ProductMap::kDeep>(tile);
  }
}

}  // namespace ntkit
