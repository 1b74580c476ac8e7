#pragma once
// A plan for people. Pure functions.
#include <string>

#include "operate/plan.hpp"

namespace dirbridge::daemon {

// "ends 12 memberships, disables or deletes 1 user"; precondition: any().
std::string in_words(const operate::Losses& losses);
// Each change with its reason and values, then how many there are and what they take away.
std::string to_text(const operate::Plan& plan);
// The changes as change records.
std::string to_ldif(const operate::Plan& plan);

}  // namespace dirbridge::daemon
