#pragma once
// Member ids <-> directory names. A member is known by its resource's id; an id that names nobody is tried as
// an externalId of the same connection, and is otherwise kept as pending until such a resource arrives.
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <boost/json/array.hpp>

#include "provision/context.hpp"

namespace dirbridge::provision {

struct Member {
  std::string id;
  std::string type;  // "User" or "Group"
  std::string display;
  directory::Dn dn;  // as the server spells it
};

struct Resolved {
  std::string wanted;  // what the client called it
  std::optional<Member> member;
};

// One answer per wanted id, in order; a batch costs a few searches.
Result<std::vector<Resolved>> resolve(const Context& context, std::span<const std::string> wanted,
                                      Deadline deadline);

// As resolve(), while what the answers mean cannot change: the members are held shared, besides `keys`, for
// as long as `held` lives.
struct Held {
  KeyLocks::Held held;
  std::vector<Resolved> members;
};
Result<Held> lock_and_resolve(const Context& context, Keys keys, const std::vector<std::string>& wanted,
                              Deadline deadline);

// The resources of this connection among these DNs; all others (the placeholder, by-hand members) are left
// out.
Result<std::vector<Member>> name_members(const Context& context, std::span<const std::string> dns,
                                         Deadline deadline);

// The `members` attribute of a Group: resolved members, then pending ids.
boost::json::array to_json(const std::vector<Member>& members, const std::vector<std::string>& pending);

}  // namespace dirbridge::provision
