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

}  // namespace dirbridge::provision
