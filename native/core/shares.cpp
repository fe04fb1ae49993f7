#include "shares.hpp"

namespace ntkit {

Shares::Shares(Index members)
    : members_(members), parts_(std::make_unique<Part[]>(static_cast<std::size_t>(members))) {}

void Shares::fill(Index count) noexcept {
  const auto start = [&](Index member) {
    return static_cast<std::uint32_t>(count * member / members_);
  };
  for (Index m = 0; m < members_; ++m) {
    parts_[static_cast<std::size_t>(m)].left.store({start(m), start(m + 1)},
                                                   std::memory_order_release);
  }
}

Index Shares::take(Index member) noexcept {
  for (Index m = 0; m < members_; ++m) {
    Part& part = parts_[static_cast<std::size_t>((member + m) % members_)];
    if (const Index task = takeFrom(part, m == 0); task >= 0) return task;
  }
  return -1;
}

Index Shares::takeFrom(Part& part, bool own) noexcept {
  Range left = part.left.load(std::memory_order_relaxed), rest{};
  do {
    if (left.begin >= left.end) return -1;
    rest = own ? Range{left.begin + 1, left.end} : Range{left.begin, left.end - 1};
  } while (!part.left.compare_exchange_weak(left, rest, std::memory_order_acquire,
                                            std::memory_order_relaxed));
  return own ? left.begin : rest.end;
}

}  // namespace ntkit
