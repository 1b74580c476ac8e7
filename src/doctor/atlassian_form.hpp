#pragma once
// What an administrator types into the LDAP form of Jira, Confluence, Bitbucket Data Center or Crowd so that
// the product reads what the bridge writes. Pure functions of the configuration; no secret is in the result.
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/config.hpp"
#include "directory/filter.hpp"

namespace dirbridge::doctor {

struct FormField {
  std::string section;   // as the form is divided
  std::string label;     // as the form names it
  std::string property;  // the product's name for it; empty when it has none that we know
  std::string value;     // as typed; "on" or "off" for a box to tick
  std::string kept;      // what the product keeps for it; the same, unless said otherwise
  std::string
      why;  // where the form's default for OpenLDAP does not fit, or the value needs thought; else empty
};

// The filters by which the products list users (without the disabled ones) and groups.
directory::Filter atlassian_user_filter(const config::DirectoryConfig& directory);
directory::Filter atlassian_group_filter(const config::DirectoryConfig& directory);

// InvalidValue when no single base DN covers user_base and group_base, as the form wants one.
Result<std::vector<FormField>> atlassian_settings(const config::DirectoryConfig& directory);

// {"fields": [{"section", "label", "value", "property"?, "kept"?, "why"?}]}; what is kept belongs to a
// property.
boost::json::object to_json(const std::vector<FormField>& fields);
// What the products keep, by property; all values are strings.
boost::json::object properties_of(const std::vector<FormField>& fields);

}  // namespace dirbridge::doctor
