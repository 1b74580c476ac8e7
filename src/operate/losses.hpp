#pragma once
// What changes take away in the end: who has one group less, who can no longer be seen. Renames take nothing.
// A pure function.
#include <boost/json/object.hpp>
#include <vector>

#include "directory/change.hpp"
#include "mapping/rules.hpp"

namespace dirbridge::operate {

struct Losses {
  std::size_t memberships = 0;  // of directory groups
  std::size_t people = 0;       // disabled or deleted
  std::size_t groups = 0;       // deleted

  bool any() const { return memberships + people + groups > 0; }
};

// `changes` in their order, all of one directory.
Losses losses_of(const std::vector<directory::Change>& changes, const mapping::Rules& rules);

// {"memberships", "people", "groups"}
boost::json::object to_json(const Losses& losses);

}  // namespace dirbridge::operate
