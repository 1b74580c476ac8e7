#include <boost/json/object.hpp>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/text.hpp"
#include "scim/json_text.hpp"
#include "scim/value.hpp"

namespace dirbridge::scim {
namespace {

std::string comparable(const AttributeDefinition& attribute, const json::value& value) {
  if (!value.is_string()) return serialize(value);
  const std::string_view text = value.get_string();
  return attribute.case_exact ? std::string(text) : fold_surely(text);
}

}  // namespace

std::string element_key(const AttributeDefinition& attribute, const json::value& element) {
  if (!element.is_object()) return comparable(attribute, element);
  const auto& object = element.get_object();
  const auto* value = object.if_contains("value");
  const auto* definition = attribute.find("value");
  if (!value || !definition) return serialize(element);
  std::string key = comparable(*definition, *value);
  if (definition->mutability == Mutability::Immutable) return key;
  if (const auto* type = object.if_contains("type"); type && type->is_string())
    (key += '\0') += fold_surely(type->get_string());
  return key;
}

bool has_content(const json::value& element) {
  if (!element.is_object()) return true;
  for (const auto& [name, value] : element.get_object())
    if (name != "type" && name != "primary") return true;
  return false;
}

bool is_primary(const json::value& element) {
  if (!element.is_object()) return false;
  const auto* primary = element.get_object().if_contains("primary");
  return primary && primary->is_bool() && primary->get_bool();
}

void demote_others(json::array& list, std::size_t keep) {
  for (std::size_t i = 0; i < list.size(); ++i)
    if (i != keep && is_primary(list[i])) list[i].get_object()["primary"] = false;
}

void tidy_list(const AttributeDefinition& attribute, json::array& list) {
  std::unordered_map<std::string, std::size_t> seen;  // key -> index in the tidied list
  seen.reserve(list.size());
  std::size_t kept = 0;
  std::optional<std::size_t> primary;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!has_content(list[i])) continue;
    const auto [known, fresh] = seen.emplace(element_key(attribute, list[i]), kept);
    if (is_primary(list[i])) primary = known->second;
    if (!fresh) continue;
    if (kept != i) list[kept] = std::move(list[i]);
    ++kept;
  }
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(kept), list.end());
  if (!primary) return;
  list[*primary].get_object()["primary"] = true;
  demote_others(list, *primary);
}

}  // namespace dirbridge::scim
