#pragma once
// Members who wait to leave a group until an administrator decides: they stay in `member` and are listed in
// dirbridgeHeldMember; no client sees them, until they are added again.
#include <string>
#include <string_view>
#include <vector>

#include "directory/vocabulary.hpp"
#include "mapping/group_entry.hpp"
#include "provision/context.hpp"

namespace dirbridge::provision {

inline constexpr const char* held_attribute = attr::held_member;

// The values of `member` that a client sees. `room` holds them when they are not all of them.
const std::vector<std::string>& visible_members(const directory::Attributes& group, std::string_view member,
                                                std::vector<std::string>& room);

// Groups that list this DN as a client sees it.
directory::Filter lists(const Context& context, const std::string& member);

// Who waits to leave goes on waiting when removed once more, and no longer waits when added.
void respect_held(const directory::Entry& group, mapping::MemberDelta& delta);

// The goal when an administrator has decided on those who wait: they leave, or they are members as before.
sync::EntryGoal decided_goal(const Context& context, sync::Decision decision, const directory::Dn& group,
                             const std::vector<std::string>& waiting);

}  // namespace dirbridge::provision
