#pragma once
#include <string_view>

namespace dirbridge::daemon {

std::string_view version();  // "0.1.0", from the build's project version

}  // namespace dirbridge::daemon
