#include "mapping/content.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include "base/text.hpp"

namespace dirbridge::mapping {

namespace json = boost::json;

bool is_true(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_bool() && value->get_bool();
}

bool is_false(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_bool() && !value->get_bool();
}

std::string_view element_at(const json::object& object, std::string_view name, std::string_view type,
                            std::string_view sub) {
  const auto* list = object.if_contains(name);
  if (!list || !list->is_array()) return {};
  std::string_view first;
  for (const auto& item : list->get_array()) {
    if (!item.is_object()) continue;
    const auto value = text_at(item.get_object(), sub);
    if (value.empty()) continue;
    if (type.empty() ? is_true(item.get_object(), "primary")
                     : iequals(text_at(item.get_object(), "type"), type))
      return value;
    if (first.empty()) first = value;
  }
  return type.empty() ? first : std::string_view();
}

std::string_view shown_mail(const json::object& user) {
  const auto* list = user.if_contains("emails");
  const bool has_primary =
      list && list->is_array() &&
      std::any_of(list->get_array().begin(), list->get_array().end(),
                  [](const auto& item) { return item.is_object() && is_true(item.get_object(), "primary"); });
  const auto work = element_at(user, "emails", "work", "value");
  return has_primary || work.empty() ? element_at(user, "emails", "", "value") : work;
}

}  // namespace dirbridge::mapping
