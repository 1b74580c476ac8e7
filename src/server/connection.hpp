#pragma once
// A connection as the SCIM server sees it: its id, its resources, and how it wants to be answered.
#include <cstdint>
#include <memory>
#include <string>

#include "provision/resources.hpp"

namespace dirbridge::server {

struct Connection {
  std::string id;
  std::unique_ptr<provision::Resources> users;
  std::unique_ptr<provision::Resources> groups;
  // PATCH of a Group is answered with the group (200) or with nothing (204): with thousands of members the
  // answer costs more than the change.
  bool answer_group_patch = false;
  std::uint64_t default_page_size = 100;
  std::uint64_t max_page_size = 1000;
};

}  // namespace dirbridge::server
