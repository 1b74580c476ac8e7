#pragma once
// Who has a name already: users of this connection by userName, and entries that a new user may be. All of it
// are look-ups.
#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include "provision/store/names_in_use.hpp"

namespace dirbridge::provision {

// Whether the directory alone does not see to it that a userName occurs once: with name rules, homes that
// are not in one place, or entries that are taken up and get their name later.
bool names_need_a_look(const mapping::Rules& rules);

// The home of a user of this connection that has this userName and not this id: a deleted one only when there
// is no other.
Result<std::optional<directory::Entry>> other_with_user_name(const Context& context,
                                                             std::string_view user_name, std::string_view id,
                                                             Deadline deadline);

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
