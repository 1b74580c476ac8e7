#pragma once
// Characters that people see as nothing. A pure function.
#include <string_view>

namespace dirbridge {

// Begins or ends with a blank of any kind, or with a character without a width.
bool has_blank_edge(std::string_view utf8);

}  // namespace dirbridge
