#pragma once
// Request targets (RFC 9112 3.2.1 origin-form), parsed leniently where SCIM clients need it (raw [ ] " in a
// query, doubled and trailing slashes) and strictly where security does (NUL, bad escapes, dot segments,
// length).
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace dirbridge::http {

struct Target {
  std::vector<std::string>
      segments;  // percent-decoded after splitting, so %2F stays inside a segment; no empty ones
  std::vector<std::pair<std::string, std::string>> query;  // decoded; '+' is a space

  // The first value of a query parameter, name compared ASCII case-insensitively; nullptr when absent.
  const std::string* parameter(std::string_view name) const;
};

Result<Target> parse_target(std::string_view text);
std::string percent_encode(std::string_view segment);  // everything but unreserved characters

}  // namespace dirbridge::http
