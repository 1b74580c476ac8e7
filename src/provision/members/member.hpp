#pragma once
// A member of a group, and the search for the homes that may be one.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

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

// Nothing when the entry is no home of this connection, or its resource is deleted.
std::optional<Member> to_member(const Context& context, const directory::Entry& entry);

// Searches for values of one attribute below each base, in batches that are in flight together. What is read
// is enough for to_member().
Result<std::vector<directory::Entry>> find_by_values(const Context& context,
                                                     const std::vector<directory::Dn>& bases,
                                                     std::string_view attribute,
                                                     std::span<const std::string> values, Deadline deadline);

// Where users and groups may be besides the user base, where nearly all members are.
std::vector<directory::Dn> other_homes(const Context& context);

// What is filed under a normalized DN, by any spelling of it; null when there is nothing.
template <class Value>
const Value* find_spelled(const std::unordered_map<std::string, Value>& by_dn, std::string_view spelling) {
  const auto dn = directory::Dn::parse(spelling);
  const auto at = dn ? by_dn.find(dn->normalized()) : by_dn.end();
  return at == by_dn.end() ? nullptr : &at->second;
}

}  // namespace dirbridge::provision
