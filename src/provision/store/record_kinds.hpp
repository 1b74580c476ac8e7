#pragma once
// Records below the bridge base: what those are that are no resources, and what they name. Pure.
#include <span>
#include <string>
#include <vector>

#include "provision/context.hpp"

namespace dirbridge::provision {

// What a record is that is no resource (dirbridgeKind).
inline constexpr const char* by_hand_kind = "by-hand";
inline constexpr const char* default_kind = "default";
inline constexpr const char* ended_kind = "ended";
inline constexpr const char* flattened_kind = "flattened";  // see flattening.hpp
inline constexpr const char* held_kind = "held";            // see held_grants.hpp

bool contains(const std::vector<directory::Dn>& dns, const directory::Dn& dn);
// Values that are no DN are left out.
std::vector<directory::Dn> dns_of(std::span<const std::string> values);
// The values of dirbridgeTarget.
std::vector<directory::Dn> targets_in(const directory::Entry& record);

}  // namespace dirbridge::provision
