#pragma once
// Moving a group between its two kinds of home when the options of the connection have changed: an entry that
// is group and directory group in one, and the record of a source group beside its directory group. The id
// stays, the members stay, and the directory group is never missing or empty in between.
#include "provision/context.hpp"
#include "provision/groups/arrival.hpp"

namespace dirbridge::provision {

// The homes of one group of this connection; two while a move is not finished.
struct GroupHomes {
  std::optional<directory::Entry> entry;
  std::optional<directory::Entry> record;
};
Result<GroupHomes> homes_of_group(const Context& context, std::string_view id, Deadline deadline);

// Leaves the group with the home that the rules want. An entry whose name is an administrator's group stays a
// record. True when something was changed.
Result<bool> move_group(const Context& context, const GroupHomes& homes, Deadline deadline);

// Whether a directory group is one that this connection made under other rules, and nobody's home.
Result<bool> is_left_group(const Context& context, const directory::Dn& group, Deadline deadline);

// A new group whose name a directory group has that this connection made under other rules: that becomes its
// home. Uniqueness when there is none.
Result<mapping::Record> take_left_group(const Context& context, const Arrival& arrival, Deadline deadline);

}  // namespace dirbridge::provision
