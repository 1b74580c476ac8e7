#pragma once
// Below what a user's entry lies. Disabled users may be moved aside; who comes back comes back to where she
// was, which is remembered on the entry (dirbridgeOriginal). Pure functions. `current`: today's home.
#include <optional>

#include "directory/entry.hpp"
#include "mapping/rules.hpp"
#include "sync/goal.hpp"

namespace dirbridge::mapping {

directory::Dn parent_for(const Rules& rules, const std::optional<directory::Entry>& current, bool disabled);

// For a goal that moves an entry aside.
void remember_place(const Rules& rules, sync::EntryGoal& goal, const directory::Entry& current);

}  // namespace dirbridge::mapping
