#include "base/json_access.hpp"

namespace dirbridge {

namespace json = boost::json;

std::string_view text_at(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

const json::object& object_at(const json::object& object, std::string_view name) {
  static const json::object none;
  const auto* value = object.if_contains(name);
  return value && value->is_object() ? value->get_object() : none;
}

std::vector<std::string> texts_at(const json::object& object, std::string_view name) {
  std::vector<std::string> out;
  const auto* const list = object.if_contains(name);
  if (list && list->is_array())
    for (const auto& item : list->get_array())
      if (item.is_string()) out.emplace_back(item.get_string());
  return out;
}

}  // namespace dirbridge
