#pragma once
// What the files of the Reconciler share. Internal to it.
#include <optional>

#include "directory/change.hpp"
#include "sync/goal.hpp"
#include "sync/plan.hpp"

namespace dirbridge::sync {

// A group that would be left without a member gets the placeholder in the same modify (design rule 7).
// nullopt: the change takes no member away.
std::optional<directory::Change> with_placeholder(const directory::Change& change, const GroupShape& shape);

bool is_object_class_violation(const Error& e);

// What the aliases say of the names that groups use can only be known before the entry gets another one.
bool is_rename_upon_rename(const EntryGoal& goal, const std::optional<directory::Entry>& entry);

void log_applied(const directory::Change& change);

}  // namespace dirbridge::sync
