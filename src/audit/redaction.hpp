#pragma once
// What the audit never holds: passwords, keys, and values that no client may read back (RFC 7643 7,
// "returned": "never"). Pure functions.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "directory/change.hpp"

namespace dirbridge::audit {

inline constexpr std::string_view hidden = "(hidden)";

struct Secrets {
  std::vector<std::string> attributes;                           // of entries, beside the passwords
  std::vector<std::pair<std::string, std::string>> in_resource;  // schema URN and attribute of it
};

// The value as it may be shown.
std::string shown(const Secrets& secrets, std::string_view attribute, const std::string& value);
// Every value of it, as it may be shown.
directory::Change shown(const Secrets& secrets, directory::Change change);

}  // namespace dirbridge::audit
