#pragma once
// The goal for the entry of a user by what a request wants it to be.
#include <optional>
#include <string>
#include <string_view>

#include "mapping/extent.hpp"
#include "provision/store/stored.hpp"
#include "provision/users/wish.hpp"

namespace dirbridge::provision {

// All that a change reads of the entry or record of a user.
directory::SearchRequest user_at(const Context& context, const directory::Dn& dn);

// The goal for an entry or for a record. `current` is today's home.
Result<sync::EntryGoal> goal_for_entry(const Context& context, const std::string& id, const UserWish& wish,
                                       const std::optional<directory::Entry>& current,
                                       const std::string& reason, mapping::Extent extent = {});
// The goal for an entry that is not there yet, under the first of its names that nobody has. `record`:
// today's home, if any. Errors: as goal_for_entry(), and those of a look-up.
Result<sync::EntryGoal> goal_for_new_entry(const Context& context, const std::string& id,
                                           const UserWish& wish,
                                           const std::optional<directory::Entry>& record,
                                           const std::string& reason, Deadline deadline);

Result<sync::EntryGoal> with_password(const Context& context, Result<sync::EntryGoal> goal,
                                      const mapping::PasswordChange& change);

Result<std::string> login_of(const Context& context, const json::object& content);

// A login name that the entry gets, or brings to where products read, must be nobody else's there.
Result<> check_new_logins(const Context& context, const std::string& user_name, const sync::EntryGoal& goal,
                          const directory::Entry& home, std::string_view id, Deadline deadline);

}  // namespace dirbridge::provision
