#pragma once
// Who has a name already: users of this connection by userName, and entries that a new user may be. All of it
// are look-ups.
#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include "provision/context.hpp"

namespace dirbridge::provision {

// Whether the directory alone does not see to it that a userName occurs once: with name rules, homes that
// are not in one place, or entries that are taken up and get their name later.
bool names_need_a_look(const mapping::Rules& rules);

// The home of a user of this connection that has this userName and not this id: a deleted one only when there
// is no other.
Result<std::optional<directory::Entry>> other_with_user_name(const Context& context,
                                                             std::string_view user_name, std::string_view id,
                                                             Deadline deadline);

// What an administrator has to settle: one line in the log, always of this form.
void log_conflict(const Context& context, std::string_view user_name, std::string_view detail);
// Uniqueness.
Error user_name_in_use(std::string_view user_name, std::string_view why);
// The same, logged as a conflict.
Error user_name_taken(const Context& context, std::string_view user_name, std::string_view why);
// The same with whose it is and what can be done.
Error user_name_taken_by(const Context& context, std::string_view user_name, const directory::Entry& holder);

// An entry of nobody, or one that its connection's identity provider has deleted.
bool is_to_be_had(const directory::Entry& entry);

// What the directory has for a new user.
struct Likeness {
  // The one entry of nobody that matches by what the connection adopts by, in that order; or one that another
  // connection's identity provider has deleted. None when there is no such entry.
  std::optional<directory::Entry> match;
  // Another entry that has the login name.
  std::optional<directory::Entry> holder;
};
// Uniqueness: several match, or an entry of another connection does; logged as a conflict. `id`: the user's
// own, whose entry is neither.
Result<Likeness> find_likeness(const Context& context, const boost::json::object& content,
                               const std::string& login, std::string_view id, Deadline deadline);

}  // namespace dirbridge::provision
