#pragma once
// What an administrator types into the LDAP form of Jira, Confluence, Bitbucket Data Center or Crowd so that
// the product reads what the bridge writes. Pure functions of the configuration; no secret is in the result.
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/config.hpp"
#include "directory/filter.hpp"

namespace dirbridge::doctor {

struct FormField {
  std::string section;   // as the form is divided
  std::string label;     // as the form names it
  std::string key;       // the product's property; empty when it has none that we know
  std::string value;     // as typed; "on" or "off" for a box to tick
  std::string property;  // what the product keeps for it; the same, unless said otherwise
  std::string
      why;  // where the form's default for OpenLDAP does not fit, or the value needs thought; else empty
};

// The filters by which the products list users (without the disabled ones) and groups.
directory::Filter atlassian_user_filter(const config::DirectoryConfig& directory);
directory::Filter atlassian_group_filter(const config::DirectoryConfig& directory);

// InvalidValue when no single base DN covers user_base and group_base, as the form wants one.
Result<std::vector<FormField>> atlassian_settings(const config::DirectoryConfig& directory);

std::string to_form_text(const std::vector<FormField>& fields);
// One object of the product's property keys; all values are strings, as the products keep them.
std::string to_form_json(const std::vector<FormField>& fields);

}  // namespace dirbridge::doctor
