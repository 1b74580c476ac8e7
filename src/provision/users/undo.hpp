#pragma once
// See undo.hpp.
#include "provision/groups/undo.hpp"

namespace dirbridge::provision {

// Success when the user is gone already.
Result<> undo_user(const Context& context, std::string_view id, const Before& before, Deadline deadline);

}  // namespace dirbridge::provision
