#pragma once
// A configured directory as the bridge uses it: in the bridge's own words, whatever the server's are.
#include <optional>

#include "config/config.hpp"
#include "directory/group_classes.hpp"
#include "ldap/ad/active_directory.hpp"
#include "ldap/pool.hpp"

namespace dirbridge::config {

class LdapTarget {
 public:
  LdapTarget(ldap::Settings settings, const DirectoryConfig& config);

  ldap::Pool& pool() { return pool_; }
  directory::Directory& directory();
  // As directory(), but with groups of one class as the products find them, not of both.
  directory::Directory& as_products_read();

 private:
  ldap::Pool pool_;
  std::optional<ldap::ad::ActiveDirectory> active_directory_;
  std::optional<directory::GroupClasses> group_classes_;  // where it is none
};

// What the server calls what the bridge calls uid; empty: the same.
std::string login_attribute_of(const DirectoryConfig& config);

// How the groups that the bridge makes are called by the server, and their attribute of members.
std::string group_class_of(const DirectoryConfig& config);
std::string member_attribute_of(const DirectoryConfig& config);

}  // namespace dirbridge::config
