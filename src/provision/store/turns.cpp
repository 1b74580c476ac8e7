#include "provision/store/turns.hpp"

namespace dirbridge::provision {

std::size_t turn_of(const Clock& clock, std::size_t count) {
  if (count == 0) return 0;
  constexpr std::uint64_t stride = 0x9E3779B97F4A7C15;  // far apart, however the runs are spaced
  const auto seconds = std::chrono::floor<std::chrono::seconds>(clock.now()).time_since_epoch().count();
  return static_cast<std::size_t>((static_cast<std::uint64_t>(seconds) * stride >> 32) % count);
}

}  // namespace dirbridge::provision
