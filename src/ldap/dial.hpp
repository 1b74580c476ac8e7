#pragma once
// From a URI to a bound libldap handle: socket, TLS, bind, all within one deadline. The handle's socket is
// non-blocking afterwards, and every option that a configuration file or the environment could set is set
// here. Errors: Unavailable (no connection, no TLS, no answer), Unauthorized (the bind was refused).
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "ldap/endpoint.hpp"
#include "ldap/settings.hpp"
#include "ldap/watchdog.hpp"

struct ldap;  // libldap's LDAP

namespace dirbridge::ldap {

struct Unbind {
  void operator()(::ldap* handle) const;
};
using Handle = std::unique_ptr<::ldap, Unbind>;

// Who binds: with a password, or as whom the peer of a local socket is known to be (SASL EXTERNAL).
struct Identity {
  std::string dn;
  Secret password;
  bool external = false;
};
Identity identity_of(const Settings& settings);

struct Dialed {
  Handle handle;
  int fd = -1;  // belongs to the handle
  bool encrypted = false;
};

Result<Dialed> dial(const Endpoint& endpoint, const Settings& settings, const Identity& who,
                    Watchdog& watchdog, Deadline deadline);

}  // namespace dirbridge::ldap
