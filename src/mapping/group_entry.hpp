#pragma once
// SCIM Group -> goal of a groupOfNames entry (RFC 4519 3.5). Pure functions.
// Members are value-wise (design rule 6): a goal names who comes and who goes, never the whole list.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/record.hpp"
#include "mapping/rules.hpp"

namespace dirbridge::mapping {

struct MemberDelta {
  std::vector<std::string> add;             // DNs in the server's spelling
  std::vector<std::string> remove;          // DNs
  std::vector<std::string> pending;         // ids that name nobody yet
  std::vector<std::string> pending_remove;  // ids that are pending no longer
  std::vector<std::string> hold;            // DNs that leave only when an administrator has approved
  std::vector<std::string> release;         // DNs that no longer wait for that
};

// What must be read of a group's entry; `member` is left out.
const std::vector<std::string>& group_attributes();

// InvalidValue when displayName cannot be a group name. A new group without members gets the placeholder.
Result<sync::EntryGoal> group_goal(const Rules& rules, std::string_view id, const json::object& content,
                                   const MemberDelta& members, const std::optional<directory::Entry>& current,
                                   std::string reason);

}  // namespace dirbridge::mapping
