#pragma once
// Which connection gives way when there are too many. Pure functions.
#include <optional>
#include <span>
#include <string_view>

#include "base/clock.hpp"
#include "http/server.hpp"

namespace dirbridge::http {

// What a connection is at, in the order in which they give way.
enum class Claim {
  Answered,  // the last answer was sent
  Stranger,  // nobody known: whatever it is at, but for a request that is handled
  Idle,
  Slow,    // sends a request, and has done so for a while
  Active,  // does not give way
};

struct Seat {
  Claim claim = Claim::Active;
  std::string_view origin;
  Deadline since{};             // Stranger: of the connection; Idle and Answered: of that
  double bytes_per_second = 0;  // Slow
};

// For one more connection when all are taken: of strangers one of the address that has most of them, the
// oldest first; the longest idle; the slowest. nullopt: all are Active.
std::optional<std::size_t> first_to_go(std::span<const Seat> seats);
// With a stranger more from `origin` than the limits allow: one of the same address, or any.
std::optional<std::size_t> stranger_to_go(std::span<const Seat> seats, std::string_view origin,
                                          const Limits& limits);

}  // namespace dirbridge::http
