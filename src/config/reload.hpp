#pragma once
// What of a changed configuration a bridge that runs takes over only when it is restarted.
#include <string>
#include <vector>

#include "config/config.hpp"

namespace dirbridge::config {

// JSON paths of what differs and takes effect with a restart only: "$.server.listen". Pure; two
// configurations of one file.
std::vector<std::string> needs_restart(const Config& running, const Config& next);

}  // namespace dirbridge::config
