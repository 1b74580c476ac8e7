#pragma once
// The projection of grants: a directory group has as members those to whom it is granted, and those who are
// in it by hand. Level-triggered: what the records say now is brought about, whoever changed them, so that it
// may be repeated at any time and a race ends right. One modify per directory group, under its lock. Users
// without an entry below the user base, and disabled ones where the directory strips their groups, are left
// out.
#include <span>
#include <string>
#include <vector>

#include "provision/grants/grants.hpp"

namespace dirbridge::provision {

// Brings these users' memberships in line; all others stay. A granted directory group that is not there is
// made. `since`: from before the names were read: who has another name by now, user or group, has that one
// brought in line as well. True when something was changed.
Result<bool> project(const Context& context, const directory::Dn& group, std::span<const std::string> users,
                     const NameWatch& since, Deadline deadline);
// The same with several directory groups: what is to be known of them, and the modifies, are in flight
// together.
Result<bool> project(const Context& context, std::span<const directory::Dn> groups,
                     std::span<const std::string> users, const NameWatch& since, Deadline deadline);
// The same with names that cannot change: the caller holds their keys.
Result<bool> project(const Context& context, const directory::Dn& group, std::span<const std::string> users,
                     Deadline deadline);

// The same for everybody to whom the group is granted.
Result<bool> project_all(const Context& context, const directory::Dn& group, Deadline deadline);

// The same for one user and every directory group that a grant names: after the user was disabled, enabled,
// or has got an entry.
Result<bool> project_user(const Context& context, const directory::Dn& user, Deadline deadline);

// Before a grant is added: those of the users who are in the group without any grant are there by hand, and
// where the connection keeps existing members that is noted.
Result<> note_by_hand(const Context& context, const directory::Dn& group, std::span<const std::string> users,
                      Deadline deadline);

// Whether members without a grant stay in the group. `entry` has dirbridgeConnection.
bool keeps_existing(const mapping::Rules& rules, const directory::Entry& group);

}  // namespace dirbridge::provision
