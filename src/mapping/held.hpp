#pragma once
// Values of dirbridgeHeld: a removal of this entry that is over the budget, and waits or was rejected.
#include <string_view>

#include "directory/entry.hpp"

namespace dirbridge::mapping::held {

inline constexpr const char* disable = "disable";
inline constexpr const char* removal = "delete";
// An administrator said no: the entry stays as it is until the identity provider changes its mind.
inline constexpr const char* disable_rejected = "disable-rejected";
inline constexpr const char* removal_rejected = "delete-rejected";

bool has(const directory::Attributes& home, std::string_view what);

}  // namespace dirbridge::mapping::held
