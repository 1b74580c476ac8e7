#pragma once
// What a running bridge can take over from a changed configuration.
#include <string>
#include <vector>

#include "config/config.hpp"

namespace dirbridge::config {

// JSON paths of what differs and takes effect at a restart only, in the order of the file: a key, or a whole
// section that came or went. Pure; two configurations of one file.
std::vector<std::string> needs_restart(const Config& running, const Config& next);

}  // namespace dirbridge::config
