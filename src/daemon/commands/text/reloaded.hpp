#pragma once
// What became of a reload, for people. Pure functions.
#include <string>
#include <vector>

#include "operate/reloaded.hpp"

namespace dirbridge::daemon {

// What was taken over, and what waits; nothing when it was refused.
std::vector<std::string> lines_of(const operate::Reloaded& reloaded);
// Why nothing was taken over; nothing when it was.
std::vector<std::string> reasons_of(const operate::Reloaded& reloaded);

}  // namespace dirbridge::daemon
