#pragma once
// Ids of members -> members. A member is known by its resource's id; an id that names nobody is tried as
// an externalId of the same connection, and is otherwise kept as pending until such a resource arrives.
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "provision/members/member.hpp"

namespace dirbridge::provision {

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

}  // namespace dirbridge::provision
