#include "daemon/commands/text/held.hpp"

#include <iomanip>
#include <sstream>

namespace dirbridge::daemon {

namespace {

using provision::HeldRemoval;

// "ann", "devs: 3 members"
std::string name_of(const HeldRemoval& one) {
  if (one.removal != sync::Removal::MemberRemoval) return one.name;
  const auto count = one.members.size();
  return one.name + ": " + std::to_string(count) + (count == 1 ? " member" : " members");
}

std::string row(std::string_view connection, std::string_view id, std::string_view removal,
                std::string_view since, std::string_view who, std::string_view cause) {
  std::ostringstream out;
  out << std::left << std::setw(16) << connection << std::setw(38) << id << std::setw(16) << removal
      << std::setw(26) << since << std::setw(30) << who << ' ' << cause << '\n';
  return out.str();
}

}  // namespace

std::string to_table(const std::vector<operate::Held>& held) {
  auto out = row("CONNECTION", "ID", "REMOVAL", "SINCE", "WHO", "CAUSE");
  for (const auto& [connection, removal, since, cause] : held) {
    out += row(connection, removal.id, sync::to_string(removal.removal), since, name_of(removal),
               cause.value_or("unknown"));
    for (const auto& member : removal.members) out += "    " + member + '\n';
  }
  return out;
}

std::string to_text(const operate::Decided& decided, operate::HeldDecision decision) {
  using Outcome = operate::Decided::Outcome;
  auto what = std::string(decision == operate::HeldDecision::Approve ? "approved: " : "rejected: ") +
              std::string(sync::to_string(decided.removal.removal)) + ' ' + name_of(decided.removal);
  switch (decided.outcome) {
    case Outcome::Done:
      return what;
    case Outcome::Settled:
      return what + " (with another one)";
    case Outcome::Failed:
      break;
  }
  return "not " + what + ": " + decided.detail;
}

}  // namespace dirbridge::daemon
