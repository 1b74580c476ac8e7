#pragma once
#include <string>
#include <string_view>

namespace dirbridge::provision {

// Entity tags (RFC 9110 13.1), each a comma list or "*" (any); empty: no condition. Weak and strong tags
// compare alike: SCIM has weak ones only (RFC 7644 3.14).
struct Precondition {
  std::string version{};      // If-Match
  std::string not_version{};  // If-None-Match
  bool empty() const { return version.empty() && not_version.empty(); }
};

// Does the list name this version?
bool names_version(std::string_view tags, std::string_view version);

}  // namespace dirbridge::provision
