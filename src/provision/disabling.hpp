#pragma once
// Disabling a user within the budget. Over it the record says `active: false`, as the identity provider
// wrote, and the entry stays that of an active user with dirbridgeHeld: disable.
#include <boost/json/object.hpp>

#include "provision/context.hpp"
#include "provision/removals.hpp"

namespace dirbridge::provision {

// Today's home as the change is to be planned from it: when it would disable the user and is over the budget,
// the disabling is held. The home was read with dirbridgeHeld.
Result<directory::Entry> within_budget(const Context& context, Permission& permission,
                                       const boost::json::object& content, directory::Entry home,
                                       Deadline deadline);

// The same when an administrator has decided. NotFound: no disabling waits.
Result<directory::Entry> decided(sync::Decision decision, directory::Entry home);

// What is held of the user that `home` becomes by this goal.
void remember_held(sync::EntryGoal& goal, const boost::json::object& content, const directory::Entry& home);

// The users, or the groups, of the connection or of all: what a budget's per cent are of.
Result<std::size_t> count_resources(const Context& context, const std::vector<directory::Dn>& bases,
                                    std::string_view object_class, Removals::Whose whose, Deadline deadline);

}  // namespace dirbridge::provision
