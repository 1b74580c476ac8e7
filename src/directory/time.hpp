#pragma once
// Points in time as a directory writes them: GeneralizedTime (RFC 4517 3.3.13), in UTC and whole seconds.
// Pure functions. Later is greater as text.
#include <string>

#include "base/clock.hpp"

namespace dirbridge::directory {

std::string to_generalized_time(WallTime t);

}  // namespace dirbridge::directory
