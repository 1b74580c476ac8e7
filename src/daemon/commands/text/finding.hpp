#pragma once
// Findings for people. Pure functions.
#include <string>

#include "doctor/finding.hpp"

namespace dirbridge::daemon {

// "problem  main: what — fix", one line.
std::string to_text(const doctor::Finding& finding);

}  // namespace dirbridge::daemon
