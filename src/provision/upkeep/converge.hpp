#pragma once
// Bringing groups to what the rules of the connection say now, after the configuration changed or a crash.
// What holds already costs no write.
#include "provision/context.hpp"

namespace dirbridge::provision {

// What belongs to no single group: default groups, grants that have ended, homes in the wrong place, members
// whom nothing grants where nobody's are kept. After converge() of each group. True when something was
// changed.
Result<bool> converge_groups(const Context& context, Deadline deadline);

}  // namespace dirbridge::provision
