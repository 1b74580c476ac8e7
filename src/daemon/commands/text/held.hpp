#pragma once
// What waits for an administrator, and what was decided, for people. Pure functions.
#include <string>
#include <vector>

#include "operate/held.hpp"

namespace dirbridge::daemon {

// A row for each, and below it the members who wait to leave a group.
std::string to_table(const std::vector<operate::Held>& held);

// "approved: disable ann", "not approved: disable ann: why"
std::string to_text(const operate::Decided& decided, operate::HeldDecision decision);

}  // namespace dirbridge::daemon
