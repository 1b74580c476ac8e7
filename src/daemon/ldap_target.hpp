#pragma once
// A configured directory as the bridge uses it: in the bridge's own words, whatever the server's are.
#include <optional>

#include "daemon/config.hpp"
#include "ldap/active_directory.hpp"
#include "ldap/pool.hpp"

namespace dirbridge::daemon {

class LdapTarget {
 public:
  LdapTarget(ldap::Settings settings, const DirectoryConfig& config);

  ldap::Pool& pool() { return pool_; }
  directory::Directory& directory();

 private:
  ldap::Pool pool_;
  std::optional<ldap::ActiveDirectory> active_directory_;
};

// What the server calls what the bridge calls uid; empty: the same.
std::string login_attribute_of(const DirectoryConfig& config);

}  // namespace dirbridge::daemon
