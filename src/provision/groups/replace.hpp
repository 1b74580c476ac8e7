#pragma once
// PUT of a group. Errors: those of Writer. Blocks.
#include "provision/groups/update.hpp"

namespace dirbridge::provision {

Result<> replace_group(const Context& context, GroupReader& reader, GroupUpdate& update, std::string_view id,
                       json::value body, const Precondition& precondition, Deadline deadline);

}  // namespace dirbridge::provision
