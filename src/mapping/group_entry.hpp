#pragma once
// SCIM Group -> goal of its home: a groupOfNames entry (RFC 4519 3.5), or a record of a source group below
// the bridge base, which names the directory groups that get its members. Pure functions. Members are
// value-wise (design rule 6): a goal names who comes and who goes, never the whole list.
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

// Where a record remembers the name by which the mapping knows its group.
inline constexpr const char* mapped_as_attribute = "description";

// What must be read of a group's entry; `member` is left out.
const std::vector<std::string>& group_attributes();
// These and `member`.
std::vector<std::string> with_members(const Rules& rules,
                                      std::vector<std::string> attributes = group_attributes());

// The name that the identity provider was told is taken. An interrupted rename has given the record, which is
// named by it, the new one already.
std::string recorded_name(const directory::Entry& group);

// Where the home of a new group with this name is.
directory::Dn group_home(const Rules& rules, std::string_view display_name);

// The directory groups that a source group is mapped to now, and what it keeps although it was renamed: its
// directory name, or the name by which the mapping knows it until the mapping is changed; empty: none.
// `current`: its record before the change. InvalidValue: the name is not usable.
struct Mapped {
  Targets targets;
  std::string kept;
  std::string mapped_as;
};
Result<Mapped> map_group(const Rules& rules, std::string_view display_name,
                         const std::optional<directory::Entry>& current);

// InvalidValue when displayName is new and cannot be a group name. A new group without members gets the
// placeholder. `current` keeps the kind of home that it has.
Result<sync::EntryGoal> group_goal(const Rules& rules, std::string_view id, const json::object& content,
                                   const MemberDelta& members, const std::optional<directory::Entry>& current,
                                   std::string reason);

// The goal for a home whose members alone come and go: all else is as it is, whatever today's rules say of
// it.
sync::EntryGoal members_goal(const Rules& rules, const MemberDelta& members, const directory::Entry& current,
                             std::string reason);

// The goal for an entry that stays and is nobody's any more: what tells that it was ours goes.
sync::EntryGoal released_group_goal(const directory::Entry& current, std::string reason);

}  // namespace dirbridge::mapping
