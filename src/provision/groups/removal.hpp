#pragma once
// DELETE of a group. By the connection's options its directory group is emptied and kept, or goes at once or
// after some days. What is kept for a time is marked (dirbridgeDeleted) and gone for the identity provider.
#include <string_view>

#include "provision/store/stored.hpp"

namespace dirbridge::provision {

// The caller holds the group's key. Errors: those of Writer::remove().
Result<> remove_group(const Context& context, std::string_view id, const Precondition& precondition,
                      Deadline deadline);

// An administrator has decided on the deletion of this group that waits. NotFound: none waits. The caller
// holds the group's key.
Result<> decide_on_group(const Context& context, std::string_view id, sync::Decision decision,
                         Deadline deadline);

// Finishes removals that were interrupted, and those that are due.
Result<> sweep_deleted_groups(const Context& context, Deadline deadline);

}  // namespace dirbridge::provision
