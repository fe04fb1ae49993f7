// Philox 4x32-10 (Salmon et al., SC 2011): a counter-based generator. Element i of stream s under
// seed k is a pure function of (k, s, i), so any thread can produce any part of a sequence, on any
// platform, bit for bit.
#pragma once

#include <array>
#include <cstdint>

namespace ntkit {

using Philox = std::array<std::uint32_t, 4>;

constexpr Philox philox(Philox counter, std::array<std::uint32_t, 2> key) noexcept {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t low = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t high = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<std::uint32_t>(high >> 32) ^ counter[1] ^ key[0],
               static_cast<std::uint32_t>(high),
               static_cast<std::uint32_t>(low >> 32) ^ counter[3] ^ key[1],
               static_cast<std::uint32_t>(low)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

}  // namespace ntkit
