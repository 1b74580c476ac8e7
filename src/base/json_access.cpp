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

}  // namespace dirbridge
