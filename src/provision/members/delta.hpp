#pragma once
// What a request wants of a group's members, turned into a value-wise delta for its entry (design rule 6).
#include <string>
#include <vector>

#include "mapping/group_entry.hpp"
#include "provision/members/identify.hpp"
#include "provision/members/resolve.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

// The ids in the `members` of a canonical Group, each once; the attribute is taken out of the resource.
// InvalidValue: a member without an id.
Result<std::vector<std::string>> take_member_ids(boost::json::object& content);

// Names come and go without looking at the others.
mapping::MemberDelta delta_of(const std::vector<Resolved>& add, const std::vector<Resolved>& remove);

// The list becomes `wanted`, as far as it is ours: of today's members (the entry's `member` and pending
// values) those that are resources of this connection and not wanted go; by-hand members stay (design rule
// 4).
Result<mapping::MemberDelta> delta_to(const Context& context, const std::vector<Resolved>& wanted,
                                      const directory::Entry& group, Deadline deadline);

// The members of a group as a client sees them, with their names or without, which is cheaper. The entry was
// read with `member` and dirbridgePendingMember.
Result<boost::json::array> members_of(const Context& context, const directory::Entry& group,
                                      Deadline deadline);
Result<boost::json::array> member_ids_of(const Context& context, const directory::Entry& group,
                                         Deadline deadline);

// The same of many groups; each member is looked up once.
Result<std::vector<boost::json::array>> members_of_all(const Context& context, std::span<const Loaded> groups,
                                                       Deadline deadline);
Result<std::vector<boost::json::array>> member_ids_of_all(const Context& context,
                                                          std::span<const Loaded> groups, Deadline deadline);

}  // namespace dirbridge::provision
