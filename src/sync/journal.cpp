#include "sync/journal.hpp"

namespace dirbridge::sync {

std::string_view to_string(Outcome outcome) {
  static constexpr std::string_view names[] = {"applied", "refused", "failed", "unknown"};
  return names[static_cast<std::size_t>(outcome)];
}

std::string_view to_string(Decision decision) {
  static constexpr std::string_view names[] = {"held", "approved", "rejected"};
  return names[static_cast<std::size_t>(decision)];
}

}  // namespace dirbridge::sync
