#pragma once
// Grants: why a user is in a directory group. A source group (or the record of default groups) below the
// bridge base names the group in dirbridgeTarget and the user in `member`, or a group of users where the
// connection flattens. Only reading. Member DNs are texts in the server's spelling.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "directory/dn_set.hpp"
#include "provision/store/record_kinds.hpp"

namespace dirbridge::provision {

using NameWatch = sync::NameChanges::Watch;

// The records that grant something, of any connection.
directory::Filter granting();
// Those of them that grant this directory group.
directory::Filter granting(const directory::Dn& group);
// The record of those who are in it by hand.
directory::Filter by_hand_of(const directory::Dn& group);

// Whom an entry lists; nobody when it is not there.
Result<std::vector<std::string>> member_values(const Context& context, const directory::Dn& entry,
                                               Deadline deadline);

// Those for whom it is so.
std::vector<std::string> chosen(std::span<const std::string> members, const std::vector<bool>& which);

// Whether any record grants it, to whomsoever.
Result<bool> is_granted(const Context& context, const directory::Dn& group, Deadline deadline);

// Those of them whom the entry lists; nobody when it is not there.
Result<std::vector<std::string>> listed_in(const Context& context, const directory::Dn& entry,
                                           std::span<const std::string> members, Deadline deadline);

// For each of the members: does an entry that `where` finds list it? NotFound: the base of the search is
// gone.
Result<std::vector<bool>> listed(const Context& context, const directory::SearchRequest& where,
                                 std::span<const std::string> members, Deadline deadline);

// The users among members of source groups; those of groups among them where the connection flattens, under
// whatever names these have by now. `since`: from before the members were read.
Result<directory::DnSet> users_among(const Context& context, std::span<const std::string> members,
                                     const NameWatch& since, Deadline deadline);

// For each of the users: is the directory group granted?
Result<std::vector<bool>> granted(const Context& context, const directory::Dn& group,
                                  std::span<const std::string> users, Deadline deadline);

// The same, by anything but the record with this id.
Result<std::vector<bool>> granted_otherwise(const Context& context, const directory::Dn& group,
                                            std::span<const std::string> users, std::string_view record,
                                            Deadline deadline);

// A source group that is to lose members, or, without these, to go.
struct Without {
  std::string source;  // its id
  std::optional<directory::DnSet> members;
};
// The same, once the source group has lost them.
Result<std::vector<bool>> granted_without(const Context& context, const directory::Dn& group,
                                          std::span<const std::string> users, const Without& without,
                                          Deadline deadline);

// For each of the users: is he in the directory group by hand, as was noted?
Result<std::vector<bool>> by_hand(const Context& context, const directory::Dn& group,
                                  std::span<const std::string> users, Deadline deadline);

// All to whom the directory group is granted.
Result<directory::DnSet> all_granted(const Context& context, const directory::Dn& group, Deadline deadline);

// The directory groups of the source groups that list this member, directly or not; none without flattening.
// Those of groups that are going as well: until these have ended nobody else may know of the member.
Result<std::vector<directory::Dn>> targets_above(const Context& context, const directory::Dn& member,
                                                 Deadline deadline);
// The same without those that are going: what is granted.
Result<std::vector<directory::Dn>> granted_from_above(const Context& context, const directory::Dn& member,
                                                      Deadline deadline);
// The directory groups above any of several source groups, each once, under whatever names these have by now.
// `since`: from before they were read.
Result<std::vector<directory::Dn>> targets_above(const Context& context,
                                                 std::span<const directory::Dn> sources,
                                                 const NameWatch& since, Deadline deadline);

}  // namespace dirbridge::provision
