#pragma once
// The history of a user or group for people. Pure functions.
#include <string>

#include "operate/history.hpp"

namespace dirbridge::daemon {

std::string to_text(const operate::State& state);
// One line, without its line feed.
std::string to_text(const operate::Event& event);

}  // namespace dirbridge::daemon
