#include "daemon/ldap_target.hpp"

#include "base/text.hpp"

namespace dirbridge::daemon {

LdapTarget::LdapTarget(ldap::Settings settings, const DirectoryConfig& config) : pool_(std::move(settings)) {
  if (is_active_directory(config))
    active_directory_.emplace(pool_,
                              ldap::ad::Settings{login_attribute_of(config), config.placeholder_member});
}

directory::Directory& LdapTarget::directory() {
  if (active_directory_) return *active_directory_;
  return pool_;
}

std::string login_attribute_of(const DirectoryConfig& config) {
  const bool named_by_it = iequals(config.user_naming_attribute, "cn");
  return is_active_directory(config) && !named_by_it ? config.user_naming_attribute : "";
}

}  // namespace dirbridge::daemon
