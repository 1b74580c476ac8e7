#pragma once
// Disabling a user within the budget. Over it the record says `active: false`, as the identity provider
// wrote, and the entry stays that of an active user with dirbridgeHeld: disable.
#include <functional>

#include <boost/json/object.hpp>

#include "mapping/record.hpp"
#include "provision/context.hpp"
#include "provision/removals.hpp"

namespace dirbridge::provision {

// The goal for the entry of a user with this content.
using GoalOfContent = std::function<Result<sync::EntryGoal>(const boost::json::object& content)>;

// The goal for a user who becomes `content`. The entry was read with dirbridgeHeld.
Result<sync::EntryGoal> goal_within_budget(const Context& context, Permission& permission,
                                           const mapping::Record& record, const directory::Entry& entry,
                                           const boost::json::object& content, const GoalOfContent& goal_of,
                                           Deadline deadline);

// The goal when an administrator has decided on a disabling that waits: what the record says, or the entry as
// it is.
Result<sync::EntryGoal> decided_goal(sync::Decision decision, const mapping::Record& record,
                                     const directory::Entry& entry, const GoalOfContent& goal_of);

// The users, or the groups, of the connection: what a budget's per cent are of.
Result<std::size_t> count_resources(const Context& context, const directory::Dn& base,
                                    std::string_view object_class, Deadline deadline);

bool has_held(const directory::Entry& entry, std::string_view what);

}  // namespace dirbridge::provision
