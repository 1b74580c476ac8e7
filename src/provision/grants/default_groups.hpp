#pragma once
// Default groups of a connection: directory groups for its users, whatever the identity provider says. One
// record grants them, so that they can be told from other memberships and taken back with the rule.
#include "directory/entry.hpp"
#include "provision/context.hpp"

namespace dirbridge::provision {

// A user has arrived.
Result<> welcome(const Context& context, const directory::Dn& user, Deadline deadline);

// A user whose arrival was perhaps interrupted, and whose groups are as the grants say. `entry` has
// createTimestamp.
Result<> complete_welcome(const Context& context, const directory::Entry& entry, Deadline deadline);

// What the rule says now; true when something was changed.
Result<bool> converge_default_groups(const Context& context, Deadline deadline);

}  // namespace dirbridge::provision
