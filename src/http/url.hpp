#pragma once
// An absolute http or https URL as the client needs it (RFC 3986, RFC 9110 4.2).
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace dirbridge::http {

struct Url {
  bool secure = false;
  std::string host;       // IPv6 without its brackets
  std::string authority;  // what the Host field says
  std::uint16_t port = 0;
  std::string target;  // path and query, at least "/"

  bool same_origin(const Url& other) const {
    return secure == other.secure && host == other.host && port == other.port;
  }
};

// Refuses user information, fragments, spaces and control characters.
Result<Url> parse_url(std::string_view text);

}  // namespace dirbridge::http
