#pragma once
// The users and groups that the directory holds from the start, and the LDIF that puts them there.
#include <cstddef>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "templates.hpp"

namespace dirbridge::bench {

struct User {
  std::string name;
  std::string id;
  std::string dn;
  bool active = true;
};

struct Group {
  std::size_t size = 0;
  std::string name;
  std::string id;
  std::string dn;
};

struct Population {
  std::vector<User> users;
  std::vector<User> spares;          // users in no group: members to be
  std::vector<Group> bridge_groups;  // one of each size for each side
  std::vector<Group> direct_groups;
};

// Groups hold the first `size` users. Precondition: no size is larger than `users`.
Population make_population(const Templates& templates, std::size_t users, std::size_t spares,
                           const std::vector<std::size_t>& group_sizes);

// Null: there is none of this size.
const Group* group_of(const std::vector<Group>& groups, std::size_t size);

Result<> write_ldif(const std::string& path, const Templates& templates, const Population& population);

}  // namespace dirbridge::bench
