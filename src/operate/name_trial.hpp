#pragma once
// What the name rules of a connection make of names, before anybody's login name changes. Pure functions.
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "mapping/rules.hpp"

namespace dirbridge::operate {

struct NameTrial {
  std::string name;
  std::string login;      // empty when it is refused
  std::string refusal;    // why, when it is
  std::string collision;  // another of the names that gets the same login name
  std::string warning;
  bool changes() const { return refusal.empty() && login != name; }
};

// One for each name, in order; names that occur twice are tried once.
std::vector<NameTrial> try_names(const mapping::Rules& rules, const std::vector<std::string>& names);

bool is_safe(const std::vector<NameTrial>& trials);  // nobody collides, nobody is refused

struct NameCounts {
  std::size_t changed = 0;
  std::size_t colliding = 0;
  std::size_t refused = 0;
};
NameCounts counts_of(const std::vector<NameTrial>& trials);

// {"names": [{"name", "login"?, "changed", "refusal"?, "collision"?, "warning"?}], "changed", "colliding",
// "refused"}
boost::json::object to_json(const std::vector<NameTrial>& trials);

}  // namespace dirbridge::operate
