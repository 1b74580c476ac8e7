#pragma once
// Member ids <-> directory names. A member is known by its resource's id; an id that names nobody is tried as
// an externalId of the same connection, and is otherwise kept as pending until such a resource arrives.
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <boost/json/array.hpp>

#include "provision/context.hpp"

namespace dirbridge::provision {

struct Member {
  std::string id;
  std::string type;  // "User" or "Group"
  std::string display;
  directory::Dn dn;  // as the server spells it
  // By which groups may list it too, until a rename that was interrupted is finished.
  std::vector<std::string> other_names{};
};

// All by which a group may list it.
std::vector<std::string> names_of(const Member& member);
// The same of a home that was read with dirbridgeAlias.
std::vector<directory::Dn> names_of(const directory::Entry& home);

struct Resolved {
  std::string wanted;  // what the client called it
  std::optional<Member> member;
  bool looked_up = true;  // false: said to be in the group already, and only looked up if it is not
};

// One answer per wanted id, in order; a batch costs a few searches.
Result<std::vector<Resolved>> resolve(const Context& context, std::span<const std::string> wanted,
                                      Deadline deadline);

// As resolve(), while what the answers mean cannot change: the members are held shared, besides `keys`, for
// as long as the lease lives.
struct LockedMembers {
  KeyLocks::Lease lease;
  std::vector<Resolved> members;
};
Result<LockedMembers> lock_and_resolve(const Context& context, Keys keys,
                                       const std::vector<std::string>& wanted, Deadline deadline);
// The same, but those of `present` are only held and not looked up.
Result<LockedMembers> lock_and_resolve_others(const Context& context, Keys keys,
                                              const std::vector<std::string>& wanted,
                                              const std::unordered_set<std::string>& present,
                                              Deadline deadline);

// Adds to `known`, as identify() gave it, whom DNs name that nobody has: the other name of who is being
// renamed at this moment (dirbridgeAlias).
Result<> identify_renaming(const Context& context, std::span<const std::string> dns,
                           std::vector<std::optional<Identity>>& known, Deadline deadline);

// Which resources of this connection these DNs name; absent: none, as the placeholder and by-hand members. In
// their order. What is remembered is not looked up.
Result<std::vector<std::optional<Identity>>> identify(const Context& context,
                                                      std::span<const std::string> dns, Deadline deadline);

// The ids of those that are known.
std::unordered_set<std::string> ids_of(const std::vector<std::optional<Identity>>& members);

// What is filed under a normalized DN, by any spelling of it; null when there is nothing.
template <class Value>
const Value* find_spelled(const std::unordered_map<std::string, Value>& by_dn, std::string_view spelling) {
  const auto dn = directory::Dn::parse(spelling);
  const auto at = dn ? by_dn.find(dn->normalized()) : by_dn.end();
  return at == by_dn.end() ? nullptr : &at->second;
}

// The resources of this connection among these DNs; all others (the placeholder, by-hand members) are left
// out.
Result<std::vector<Member>> name_members(const Context& context, std::span<const std::string> dns,
                                         Deadline deadline);

// The `members` attribute of a Group: members, then pending ids; with or without their names.
boost::json::array to_json(const std::vector<std::optional<Identity>>& members,
                           const std::vector<std::string>& pending);
boost::json::array to_json(const std::vector<Member>& members, const std::vector<std::string>& pending);

}  // namespace dirbridge::provision
