#pragma once
// LDAP URIs (RFC 4516) as configuration uses them: scheme, host and port, nothing else.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace dirbridge::daemon {

struct LdapUri {
  enum class Scheme { Ldap, Ldaps, Ldapi };
  Scheme scheme = Scheme::Ldap;
  std::string host;        // IPv6 without brackets; ldapi: the socket's path, empty for the default
  std::uint16_t port = 0;  // 389 or 636 when not given; 0 for ldapi

  bool is_loopback() const;  // traffic never leaves the machine
};

// InvalidSyntax with what is wrong.
Result<LdapUri> parse_ldap_uri(std::string_view text);

}  // namespace dirbridge::daemon
