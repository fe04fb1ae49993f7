// What the tests of the bits of kernels share: inputs that are the same on every machine, made by
// arithmetic of integers, and hashes of results.
#pragma once

#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "matrix_view.hpp"

namespace ntkit::test {

// A full-period generator, of which the high bits are used.
class Bits {
 public:
  explicit Bits(std::uint64_t seed) : state_(seed) {}
  std::uint64_t operator()() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return (state_ >> 32) << 32 | (state_ * 3935559000370003845U >> 32);
  }

 private:
  std::uint64_t state_;
};

// Numbers in [-1, 1), integers of as many bits as T has digits over a power of 2.
template <class T>
std::vector<T> drawn(Index count, std::uint64_t seed) {
  constexpr int kDigits = std::numeric_limits<T>::digits;
  constexpr std::int64_t kOne = std::int64_t{1} << (kDigits - 1);
  Bits bits(seed);
  std::vector<T> values(static_cast<std::size_t>(count));
  for (T& value : values) {
    const auto integer = static_cast<std::int64_t>(bits() >> (64 - kDigits)) - kOne;
    value = static_cast<T>(integer) / static_cast<T>(kOne);
  }
  return values;
}

// FNV-1a of 64 bits, of what was hashed before and the values.
template <class T>
std::uint64_t hashOf(const std::vector<T>& values, std::uint64_t hash = 0xcbf29ce484222325) {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(values.data());
  for (std::size_t i = 0; i < values.size() * sizeof(T); ++i)
    hash = (hash ^ bytes[i]) * 0x100000001b3;
  return hash;
}

// Hashes as a test writes them down, so that those of a failure can be copied.
template <class Hashes>
std::string written(const std::string& set, const Hashes& hashes) {
  std::string line = set + ":";
  for (const std::uint64_t hash : hashes) {
    char digits[24];
    std::snprintf(digits, sizeof digits, " 0x%016llx", static_cast<unsigned long long>(hash));
    line += digits;
  }
  return line;
}

}  // namespace ntkit::test
