#pragma once
// Members who leave groups, or come back to them, because of what happens to themselves.
#include <span>
#include <string>
#include <vector>

#include "provision/context.hpp"

namespace dirbridge::provision {

// The groups of the connection that list a user or group, and its record of default groups.
Result<std::vector<directory::Entry>> groups_listing(const Context& context, const directory::Dn& member,
                                                     Deadline deadline);
// The member goes from all of them, in one go where that can be done; the directory groups follow. One result
// each, in order.
std::vector<Result<>> leave_groups(const Context& context, std::span<const directory::Entry> groups,
                                   const directory::Dn& member, Deadline deadline);
// The member goes from one of them, or comes back; the directory groups follow.
Result<> leave_group(const Context& context, const directory::Entry& group, const directory::Dn& member,
                     Deadline deadline);
Result<> rejoin_group(const Context& context, const directory::Entry& group, const directory::Dn& member,
                      Deadline deadline);

}  // namespace dirbridge::provision
