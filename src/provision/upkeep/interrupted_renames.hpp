#pragma once
// The renames of users and groups that were interrupted: see noted_renames.hpp.
#include "provision/context.hpp"

namespace dirbridge::provision {

Result<> finish_renames(const Context& context, Deadline deadline);

}  // namespace dirbridge::provision
