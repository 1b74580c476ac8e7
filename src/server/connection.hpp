#pragma once
// A connection as the SCIM server sees it: its id, its resources, and how it wants to be answered.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "provision/doors/resources.hpp"
#include "scim/group_patch_answer.hpp"
#include "server/cursor.hpp"

namespace dirbridge::server {

struct Connection {
  std::string id;
  std::unique_ptr<provision::ReaderWriter> users;
  std::unique_ptr<provision::ReaderWriter> groups;
  scim::GroupPatchAnswer group_patch_answer = scim::GroupPatchAnswer::WhenSmall;
  std::uint64_t default_page_size = 100;
  std::uint64_t max_page_size = 1000;
  bool members_in_group_lists = true;  // false: only when the client says what it wants of a group
  std::unique_ptr<Cursors> cursors{};
  bool writes_passwords = false;
  // Whether it serves yet; null: it does. Called for each request, from several threads.
  std::function<Result<>()> readiness{};
  // What a request that writes holds while it is handled; null: nothing. May wait. Several threads.
  std::function<Result<std::shared_ptr<const void>>(Deadline)> begin_write{};
};

}  // namespace dirbridge::server
