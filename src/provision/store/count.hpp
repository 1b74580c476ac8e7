#pragma once
// How many resources there are.
#include <string_view>
#include <vector>

#include "provision/context.hpp"

namespace dirbridge::provision {

// The users, or the groups, of the connection or of all: what a budget's per cent are of.
Result<std::size_t> count_resources(const Context& context, const std::vector<directory::Dn>& bases,
                                    std::string_view object_class, Removals::Whose whose, Deadline deadline);

}  // namespace dirbridge::provision
