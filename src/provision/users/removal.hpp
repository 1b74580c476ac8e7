#pragma once
// A user whom the identity provider deletes: hidden and remembered, gone, or let go, as the connection says.
// Memberships that it was given go with it. The caller holds the user's id.
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

// NotFound; PreconditionFailed; Busy: see Leaving.
Result<> remove_user(const Context& context, std::string_view id, const Precondition& precondition,
                     Deadline deadline);

// An administrator has decided on what waits about this user: on its deletion, or else on its disabling.
// NotFound: nothing waits; PreconditionFailed: the user was changed meanwhile.
Result<> decide_on_user(const Context& context, std::string_view id, sync::Decision decision,
                        Deadline deadline);

// Deletes the users whose time has come since they were deleted at the identity provider. For the sweep.
Result<> delete_due(const Context& context, Deadline deadline);

}  // namespace dirbridge::provision
