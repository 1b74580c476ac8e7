#pragma once
// Directory names -> members: which resources of this connection the DNs in a group name.
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include <boost/json/array.hpp>

#include "provision/members/member.hpp"

namespace dirbridge::provision {

// Adds to `known`, as identify() gave it, whom DNs name that nobody has: the other name of who is being
// renamed at this moment (dirbridgeAlias).
Result<> identify_renaming(const Context& context, std::span<const std::string> dns,
                           std::vector<std::optional<Identity>>& known, Deadline deadline);

// Which resources of this connection these DNs name; absent: none, as the placeholder and by-hand members. In
// their order. What is remembered is not looked up.
Result<std::vector<std::optional<Identity>>> identify(const Context& context,
                                                      std::span<const std::string> dns, Deadline deadline);

// The ids of those that are known.
std::unordered_set<std::string> ids_of(const std::vector<std::optional<Identity>>& members);

// The resources of this connection among these DNs; all others (the placeholder, by-hand members) are left
// out.
Result<std::vector<Member>> name_members(const Context& context, std::span<const std::string> dns,
                                         Deadline deadline);

// The `members` attribute of a Group: members, then pending ids; with or without their names.
boost::json::array to_json(const std::vector<std::optional<Identity>>& members,
                           const std::vector<std::string>& pending);
boost::json::array to_json(const std::vector<Member>& members, const std::vector<std::string>& pending);

}  // namespace dirbridge::provision
