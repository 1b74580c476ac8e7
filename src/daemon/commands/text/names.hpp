#pragma once
// A trial of name rules for people. Pure functions.
#include <string>
#include <vector>

#include "operate/name_trial.hpp"

namespace dirbridge::daemon {

std::string to_table(const std::vector<operate::NameTrial>& trials);
// "5 names: 3 change, 2 collide, 0 are refused"
std::string summary(const std::vector<operate::NameTrial>& trials);

}  // namespace dirbridge::daemon
