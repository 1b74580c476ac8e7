#pragma once
// What is owed to directory groups since a change of a source group was interrupted: its notes say who may
// have lost which of them.
#include <string>
#include <string_view>
#include <vector>

#include "provision/grants/grants.hpp"

namespace dirbridge::provision {

// The users among these members, and in groups among them, under the names that they have by now.
Result<std::vector<std::string>> users_of(const Context& context, const std::vector<std::string>& members,
                                          const NameWatch& since, Deadline deadline);

// Finishes what is owed where a change was interrupted: of one group, whose key the caller holds, or of all.
Result<> settle_owed(const Context& context, std::string_view source, Deadline deadline);
Result<> settle_ended(const Context& context, Deadline deadline);
// A removal of the member that is repeated finds it in no group any more: the directory groups follow before
// that is said. The notes stay, since the keys of their groups are not held.
Result<> follow_owed(const Context& context, const directory::Dn& member, Deadline deadline);
// A request that is repeated finds its group there: its directory groups follow before that is said. The
// caller holds the group's key.
Result<> complete_group(const Context& context, const directory::Entry& home, Deadline deadline);

}  // namespace dirbridge::provision
