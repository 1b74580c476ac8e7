#pragma once
// How a command reaches the bridge that runs on this machine. A pure function.
#include <string>

#include "config/config.hpp"

namespace dirbridge::operate {

// "http://127.0.0.1:8081", also where the bridge listens on every address.
std::string admin_url(const config::Listen& admin);

}  // namespace dirbridge::operate
