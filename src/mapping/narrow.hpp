#pragma once
// SCIM filter -> LDAP filter that uses only what the directory has indexed (design rule 11: values enter
// through escaping constructors). What names are the same is up to the directory; all else the caller
// evaluates on what comes back.
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

// What the directory's answer to narrow() leaves to be evaluated: all but the comparisons of names for
// equality; nullopt: nothing.
std::optional<scim::Filter> undecided(const scim::Filter& filter);

// What a filter wants to know about a group's members.
struct MembersAsked {
  std::vector<std::string> ids;  // asked for one by one (`members eq "id"`): these can be looked up
  bool others = false;           // asked for in another way as well: all members must be known
  bool names = false;            // by `display` among others
};
MembersAsked members_asked(const scim::Filter& filter);

}  // namespace dirbridge::mapping
