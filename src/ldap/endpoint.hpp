#pragma once
// One LDAP URI of the configuration, taken apart: ldap://host:port, ldaps://host:port or
// ldapi://%2Fpath%2Fof%2Fsocket.
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace dirbridge::ldap {

struct Endpoint {
  enum class Kind { Plain, Tls, Local };
  Kind kind = Kind::Plain;
  std::string host;  // Local: the path of the socket
  int port = 0;
  std::string uri;  // as configured
};

// InvalidValue for anything else: another scheme, a base DN or a filter in it, no host.
Result<Endpoint> parse_endpoint(std::string_view uri);

}  // namespace dirbridge::ldap
