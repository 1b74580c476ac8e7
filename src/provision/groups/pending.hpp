#pragma once
// Members that were named before they existed (dirbridgePendingMember): when a resource arrives, the groups
// that wait for it take it in. The arrival is acknowledged only when that is done.
#include <string>
#include <vector>

#include "provision/context.hpp"

namespace dirbridge::provision {

// The searches for groups that wait for one of these names (id, externalId); sent along with the arrival
// itself.
std::vector<directory::SearchRequest> waiting_groups(const Context& context,
                                                     const std::vector<std::string>& names);

// Makes `member` a member of each of these groups in place of its pending names.
Result<> admit(const Context& context, const std::vector<directory::Entry>& groups,
               const directory::Dn& member, const std::vector<std::string>& names, Deadline deadline);

// Both in turn.
Result<> admit_waiting(const Context& context, const directory::Dn& member,
                       const std::vector<std::string>& names, Deadline deadline);

}  // namespace dirbridge::provision
