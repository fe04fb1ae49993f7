// Seeded sequences over Philox. Only + - x / and sqrt touch the numbers (no libm), so that a seed
// means the same bits on every platform.
#pragma once

#include <cstdint>

#include "matrix_view.hpp"

namespace ntkit {

// A sequence is named by a seed and a stream; what is drawn for one purpose never overlaps another.
struct RandomStream {
  std::uint64_t seed = 0;
  std::uint64_t stream = 0;
};

// What the core itself draws. Streams below 1000 are the core's, the rest belongs to callers.
enum class Draw : std::uint64_t {
  kWeights = 1,
  kSigns = 2,
  kBatches = 3,
  kAttackStart = 4,
  kQueryProjection = 10,
  kKeyProjection = 11,
  kValueProjection = 12,
  kLanczos = 13,
};

inline RandomStream streamOf(std::uint64_t seed, Draw draw) {
  return {seed, static_cast<std::uint64_t>(draw)};
}

// The index-th 64-bit word of a stream.
std::uint64_t randomWord(RandomStream stream, std::uint64_t index) noexcept;

// Uniform on the open interval (0, 1): (k + 1/2) 2^-52, k of 52 bits, which is
// exact: one bit more would round to 1 now and then.
double randomUniform(RandomStream stream, std::uint64_t index) noexcept;

// Standard normal quantile of p in (0, 1), relative error about 1e-16 (Wichura, AS 241).
double normalQuantile(double p) noexcept;

// out[i] = scale * N(0, 1), by inversion of element first + i.
template <class T>
void fillGaussian(RandomStream stream, std::uint64_t first, double scale, T* out, Index count);

// A uniformly random order of 0 ... count - 1 (Fisher-Yates), drawn from words first, first + 1,
// ...
void fillPermutation(RandomStream stream, std::uint64_t first, std::int32_t* out, Index count);

}  // namespace ntkit
