#pragma once
// Where the directory groups are that names stand for: a name is the group of that cn wherever it is below
// the group base, since the products read the whole subtree and the bridge makes no second one.
#include <optional>
#include <string>
#include <vector>

#include "provision/context.hpp"

namespace dirbridge::provision {

// These directory groups, each at its place: where an entry is, or another entry below the group base with
// its cn, or else where it will be made. `now`: those that are used already, which need no look-up. Protected
// ones are left out.
Result<std::vector<directory::Dn>> places_of(const Context& context, const std::vector<directory::Dn>& groups,
                                             const std::vector<directory::Dn>& now, Deadline deadline);

// The same for the directory groups of a goal for the record of a source group. `current`: the record.
// Conflict: a group that gets another name was moved by an administrator; the records say so now, and it is
// planned anew.
Result<> place_targets(const Context& context, sync::EntryGoal& goal,
                       const std::optional<directory::Entry>& current, Deadline deadline);

// Of a directory group that is not at its place any more: where it is now. Absent: nowhere.
Result<std::optional<directory::Dn>> moved_to(const Context& context, const directory::Dn& group,
                                              Deadline deadline);
// Another entry than `self` below the group base that has the name of `group`.
Result<std::optional<directory::Dn>> other_named(const Context& context, const directory::Dn& group,
                                                 const directory::Dn& self, Deadline deadline);
// Records of the connection name the new place from now on.
Result<> follow_move(const Context& context, const directory::Dn& from, const directory::Dn& to,
                     Deadline deadline);

}  // namespace dirbridge::provision
