#include "mapping/extension_entry.hpp"

#include <boost/json/array.hpp>

#include "mapping/naming.hpp"
#include "scim/json_text.hpp"

namespace dirbridge::mapping {

namespace {

namespace json = boost::json;

// RFC 4517: Boolean is TRUE or FALSE, Integer its digits.
std::string directory_text(const json::value& value) {
  if (value.is_bool()) return value.get_bool() ? "TRUE" : "FALSE";
  if (value.is_string()) return printable(value.get_string());
  return value.is_number() ? scim::serialize(value) : std::string();
}

void add(std::vector<std::string>& values, std::string text) {
  if (!text.empty()) values.push_back(std::move(text));
}

}  // namespace

std::vector<sync::AttributeGoal> extension_goals(const std::vector<AttributeRule>& rules,
                                                 const json::object& content) {
  std::vector<sync::AttributeGoal> out;
  for (const auto& rule : rules) {
    std::vector<std::string> values;
    const auto* container = content.if_contains(rule.schema);
    const auto* value =
        container && container->is_object() ? container->get_object().if_contains(rule.attribute) : nullptr;
    if (value && value->is_array())
      for (const auto& element : value->get_array()) add(values, directory_text(element));
    else if (value)
      add(values, directory_text(*value));
    out.push_back(sync::exactly(rule.ldap_attribute, std::move(values)));
  }
  return out;
}

std::vector<std::string> with_extensions(std::vector<std::string> names,
                                         const std::vector<AttributeRule>& rules) {
  for (const auto& rule : rules) names.push_back(rule.ldap_attribute);
  return names;
}

}  // namespace dirbridge::mapping
