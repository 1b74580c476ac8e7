#pragma once
// A user whose deletion waits for an administrator and who is created anew: the deletion waits no longer, and
// the memberships that would have ended with it end. That is a removal of members, within the budget of each
// group.
#include "provision/context.hpp"

namespace dirbridge::provision {

// Before the user is there again; the caller holds it. May be repeated.
Result<> end_memberships(const Context& context, const directory::Entry& home, Deadline deadline);

}  // namespace dirbridge::provision
