#pragma once
// Groups in groups that do not count any more: `flatten` was on, and the configuration says false now. That
// a connection has flattened is remembered below the bridge base until whom nothing else grants the directory
// groups has left them; otherwise those would be taken for members by hand.
#include <string>
#include <vector>

#include "provision/grants/grants.hpp"

namespace dirbridge::provision {

// The connection flattens.
Result<> note_flattening(const Context& context, Deadline deadline);

// Those of the members, whom nothing grants the group, who were in it through groups in groups.
Result<std::vector<std::string>> left_by_flattening(const Context& context, const directory::Dn& group,
                                                    const std::vector<std::string>& members,
                                                    Deadline deadline);

// All of these have left. True when there was something to forget.
Result<bool> forget_flattening(const Context& context, Deadline deadline);

}  // namespace dirbridge::provision
