#pragma once
// What differs from identity provider to identity provider: one row each, chosen by a connection's `profile`.
// A key of the connection overrules its column. Requests are read the same way whatever the profile says.
#include <cstddef>
#include <span>
#include <string_view>

#include "scim/group_patch_answer.hpp"
#include "scim/replace.hpp"

namespace dirbridge::config {

// PATCH replace on a value filter that matches nothing.
enum class NoMatchReplace { Create, Error };

struct Profile {
  std::string_view name;
  scim::GroupPatchAnswer group_patch_response;
  scim::PutOmitted put_omitted;
  NoMatchReplace on_no_match_replace;
  bool members_in_group_lists;    // also when the client does not say what it wants
  std::size_t default_page_size;  // of a listing without `count`
  std::size_t max_page_size;
  friend bool operator==(const Profile&, const Profile&) = default;
};

std::span<const Profile> profiles();

// The row of a connection that names none: RFC 7644 where it decides, the forgiving way where it does not.
const Profile& generic_profile();

}  // namespace dirbridge::config
