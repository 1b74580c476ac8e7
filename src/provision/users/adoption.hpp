#pragma once
// An entry that was there before the bridge becomes a user's.
#include "provision/users/change.hpp"

namespace dirbridge::provision {

// An entry of nobody becomes the user's. Uniqueness: somebody else was faster, or the name that it is to get
// is taken.
Result<Changed> adopt_user(const Context& context, const std::string& id, const directory::Entry& match,
                           const UserWish& wish, const std::string& reason, Deadline deadline);

}  // namespace dirbridge::provision
