#pragma once
// SCIM filter -> LDAP filter that matches a superset, using only what the directory has indexed (design rule
// 11: values enter through escaping constructors). The caller evaluates the SCIM filter exactly on what comes
// back.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "directory/filter.hpp"
#include "scim/filter.hpp"

namespace dirbridge::mapping {

// What finds the groups that have a member: its DN is not in the filter, so the caller looks it up.
using MemberFilter = std::function<directory::Filter(std::string_view member_id)>;

// nullopt: nothing in the filter can be narrowed by an index; every entry is a candidate.
std::optional<directory::Filter> narrow(const scim::Filter& filter, const MemberFilter& member);

// The members that the filter asks for one by one (`members eq "id"`), so that only these need be looked up;
// nullopt when it asks for members in another way and all must be known.
std::optional<std::vector<std::string>> members_asked(const scim::Filter& filter);

}  // namespace dirbridge::mapping
