#include "config/ldap_target.hpp"

#include "base/text.hpp"

namespace dirbridge::config {

LdapTarget::LdapTarget(ldap::Settings settings, const DirectoryConfig& config) : pool_(std::move(settings)) {
  if (is_active_directory(config))
    active_directory_.emplace(pool_,
                              ldap::ad::Settings{login_attribute_of(config), config.placeholder_member});
  else
    group_classes_.emplace(pool_, config.group_base, config.group_class);
}

directory::Directory& LdapTarget::directory() {
  if (active_directory_) return *active_directory_;
  return *group_classes_;
}

directory::Directory& LdapTarget::as_products_read() {
  if (active_directory_) return *active_directory_;
  return pool_;
}

std::string login_attribute_of(const DirectoryConfig& config) {
  const bool named_by_it = iequals(config.user_naming_attribute, "cn");
  return is_active_directory(config) && !named_by_it ? config.user_naming_attribute : "";
}

std::string group_class_of(const DirectoryConfig& config) {
  if (is_active_directory(config)) return "group";
  return config.group_class == directory::GroupClass::Names ? "groupOfNames" : "groupOfUniqueNames";
}

std::string member_attribute_of(const DirectoryConfig& config) {
  const bool names = is_active_directory(config) || config.group_class == directory::GroupClass::Names;
  return names ? "member" : "uniqueMember";
}

}  // namespace dirbridge::config
