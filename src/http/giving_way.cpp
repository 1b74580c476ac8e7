#include "http/giving_way.hpp"

#include <algorithm>
#include <unordered_map>

namespace dirbridge::http {
namespace {

template <class Before>
std::optional<std::size_t> first(std::span<const Seat> seats, Before before) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < seats.size(); ++i)
    if (!found || before(seats[i], seats[*found])) found = i;
  return found;
}

std::optional<std::size_t> oldest_stranger(std::span<const Seat> seats, std::string_view origin) {
  const auto fits = [&](const Seat& seat) { return seat.claim == Claim::Stranger && seat.origin == origin; };
  const auto found = first(
      seats, [&](const Seat& a, const Seat& b) { return fits(a) != fits(b) ? fits(a) : a.since < b.since; });
  return found && fits(seats[*found]) ? found : std::nullopt;
}

// Whoever has many connections pays with them, and not those who have few.
std::optional<std::size_t> stranger_of_most(std::span<const Seat> seats) {
  std::unordered_map<std::string_view, std::size_t> counts;
  std::string_view most;
  std::size_t count = 0;
  for (const Seat& seat : seats) {
    if (seat.claim != Claim::Stranger) continue;
    const auto now = ++counts[seat.origin];
    if (now <= count) continue;
    count = now;
    most = seat.origin;
  }
  return oldest_stranger(seats, most);
}

}  // namespace

std::optional<std::size_t> first_to_go(std::span<const Seat> seats) {
  const auto best = first(seats, [](const Seat& a, const Seat& b) {
    if (a.claim != b.claim) return a.claim < b.claim;
    return a.claim == Claim::Slow ? a.bytes_per_second < b.bytes_per_second : a.since < b.since;
  });
  if (!best || seats[*best].claim == Claim::Active) return std::nullopt;
  return seats[*best].claim == Claim::Stranger ? stranger_of_most(seats) : best;
}

std::optional<std::size_t> stranger_to_go(std::span<const Seat> seats, std::string_view origin,
                                          const Limits& limits) {
  std::size_t all = 0;
  std::size_t here = 0;
  for (const Seat& seat : seats) {
    if (seat.claim != Claim::Stranger) continue;
    ++all;
    here += seat.origin == origin ? 1 : 0;
  }
  if (here > limits.unauthenticated_per_address) return oldest_stranger(seats, origin);
  if (all > limits.unauthenticated_connections) return stranger_of_most(seats);
  return std::nullopt;
}

}  // namespace dirbridge::http
