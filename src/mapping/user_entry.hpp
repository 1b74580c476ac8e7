#pragma once
// SCIM User -> goal of an inetOrgPerson entry (RFC 2798) that Atlassian products read. Pure functions.
// The entry is a projection: it holds what a directory can hold (one mail address in ASCII, one name of each
// kind); the record beside it keeps the rest.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/extent.hpp"
#include "mapping/record.hpp"
#include "mapping/rules.hpp"
#include "mapping/user_state.hpp"

namespace dirbridge::mapping {

// What must be read of a user's entry for plan() to see all that a goal speaks of.
const std::vector<std::string>& user_attributes();
// The same with what the rules of this connection add.
std::vector<std::string> user_attributes(const Rules& rules);

// The goal for the entry. `current` is today's entry, when there is one: it stays where it is, under a new
// RDN if the name changed. A record as `current` is where the user is now, without an entry. `extent` is
// about an entry that is there; what is new has a name and a description. Errors: as login_name() and
// value_of(), as far as these are asked.
Result<sync::EntryGoal> user_goal(const Rules& rules, std::string_view id, const json::object& content,
                                  const std::optional<directory::Entry>& current, std::string reason,
                                  Extent extent = {});
// The goal for the record of a user without an entry. `current` is today's home.
Result<sync::EntryGoal> user_record_goal(const Rules& rules, std::string_view id, const json::object& content,
                                         const std::optional<directory::Entry>& current, std::string reason);
// The goal for an entry that was there before the bridge, or that another connection's identity provider has
// deleted: it gets the record and what the identity provider says, keeps the name and place that it has, and
// is disabled only if it is so already. It holds only while the entry is nobody's, or deleted.
Result<sync::EntryGoal> adopted_user_goal(const Rules& rules, std::string_view id,
                                          const json::object& content, const directory::Entry& current,
                                          std::string reason);
// What makes an entry that was taken up what it was when it was read.
std::vector<sync::AttributeGoal> as_found(const Rules& rules, const directory::Entry& entry);
// The goal for the home, entry or record, of a user whom the identity provider deleted: hidden as a disabled
// one, and remembered. `when` is a GeneralizedTime.
Result<sync::EntryGoal> deleted_user_goal(const Rules& rules, std::string_view id,
                                          const json::object& content, const directory::Entry& current,
                                          std::string_view when, Extent extent, std::string reason);
// The goal for an entry that is ours no longer: nothing of the bridge is left on it, and what was there
// before the bridge is there again.
sync::EntryGoal released_user_goal(const Rules& rules, const directory::Entry& current, std::string reason);

}  // namespace dirbridge::mapping
