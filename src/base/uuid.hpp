#pragma once
// Resource ids: UUIDs (RFC 9562) in their canonical lower-case text form. Version 7, so that ids sort by
// creation.
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace dirbridge {

std::string new_uuid(WallTime now);
bool is_uuid(std::string_view text);  // canonical form, any case

}  // namespace dirbridge
