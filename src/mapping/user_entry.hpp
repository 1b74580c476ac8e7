#pragma once
// SCIM User -> goal of an inetOrgPerson entry (RFC 2798) that Atlassian products read. Pure functions.
// The entry is a projection: it holds what a directory can hold (one mail address in ASCII, one name of each
// kind); the record beside it keeps the rest.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/record.hpp"
#include "mapping/rules.hpp"

namespace dirbridge::mapping {

// What must be read of a user's entry for plan() to see all that a goal speaks of.
const std::vector<std::string>& user_attributes();

// InvalidValue when the userName cannot be a login name: blank at an edge, a control character, over 255
// characters. `current` is today's entry, when there is one: it stays where it is, under a new RDN if the
// name changed.
Result<sync::EntryGoal> user_goal(const Rules& rules, std::string_view id, const json::object& content,
                                  const std::optional<directory::Entry>& current, std::string reason);

}  // namespace dirbridge::mapping
