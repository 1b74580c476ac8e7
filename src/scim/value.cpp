#include "scim/value.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/text.hpp"
#include "scim/date_time.hpp"
#include "scim/json_text.hpp"

namespace dirbridge::scim {
namespace {

Error wrong_type(const AttributeDefinition& attribute, const Field& field) {
  const std::string where = field.str();
  return error(ErrorKind::InvalidValue,
               where + " must be " + (attribute.multi_valued ? "a list of type " : "of type ") +
                   std::string(to_string(attribute.type)),
               where);
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Coerced coerce_integer(const AttributeDefinition& attribute, json::value value, const Field& field) {
  if (value.is_int64()) return std::optional(std::move(value));
  if (value.is_double()) {
    const double number = value.get_double();
    if (std::trunc(number) == number && std::abs(number) < 9e15)
      return std::optional<json::value>(static_cast<std::int64_t>(number));
  }
  if (value.is_string())
    if (const auto number = parse_number<std::int64_t>(value.get_string()))
      return std::optional<json::value>(*number);
  return wrong_type(attribute, field);
}

Coerced coerce_decimal(const AttributeDefinition& attribute, json::value value, const Field& field) {
  if (value.is_number()) return std::optional(std::move(value));
  if (value.is_string())
    if (const auto number = parse_number<double>(value.get_string()); number && std::isfinite(*number))
      return std::optional<json::value>(*number);
  return wrong_type(attribute, field);
}

Coerced coerce_boolean(const AttributeDefinition& attribute, json::value value, const Field& field) {
  if (value.is_bool()) return std::optional(std::move(value));
  if (value.is_string())
    if (const auto flag = to_boolean(value.get_string())) return std::optional<json::value>(*flag);
  return wrong_type(attribute, field);
}

// Base64 in either alphabet, padded or not; line breaks as in PEM.
bool is_base64(std::string_view text) {
  while (text.ends_with('=') || text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '-' || c == '_' || c == '\r' || c == '\n';
  });
}

Coerced coerce_text(const AttributeDefinition& attribute, json::value value, const Field& field) {
  const bool has_format = attribute.type == Type::DateTime || attribute.type == Type::Binary;
  if (value.is_number() && !has_format) return std::optional<json::value>(serialize(value));
  if (!value.is_string()) return wrong_type(attribute, field);
  const std::string_view text = value.get_string();
  if (attribute.type == Type::DateTime && !parse_date_time(text)) return wrong_type(attribute, field);
  if (attribute.type == Type::Binary && !is_base64(text)) return wrong_type(attribute, field);
  if (attribute.type == Type::Reference && has_control(text)) return wrong_type(attribute, field);
  return std::optional(std::move(value));
}

Coerced coerce_object(const AttributeDefinition& attribute, json::object source, const Field& field) {
  json::object out;
  for (auto& [name, value] : source) {
    const auto* sub = attribute.find(name);
    if (!sub || sub->mutability == Mutability::ReadOnly) continue;
    auto coerced = coerce(*sub, std::move(value), Field{&field, sub->name});
    if (!coerced) return coerced.error();
    if (*coerced) out[sub->name] = std::move(**coerced);
  }
  if (const auto* ref = out.if_contains("$ref"); ref && attribute.find("value") && !out.contains("value"))
    if (const auto id = last_segment(ref->get_string()); !id.empty()) out["value"] = json::value(id);
  if (out.empty()) return std::optional<json::value>();
  return std::optional<json::value>(std::move(out));
}

Coerced coerce_complex(const AttributeDefinition& attribute, json::value value, const Field& field) {
  if (value.is_object()) return coerce_object(attribute, std::move(value.get_object()), field);
  const auto* sub = attribute.find("value");
  if (!sub || value.is_array()) return wrong_type(attribute, field);
  auto coerced = coerce_one(*sub, std::move(value), field);
  if (!coerced || !*coerced) return coerced;
  return std::optional<json::value>(json::object{{sub->name, std::move(**coerced)}});
}

// {"value": x} where a scalar belongs.
Coerced coerce_wrapped(const AttributeDefinition& attribute, json::object wrapper, const Field& field) {
  if (wrapper.empty()) return std::optional<json::value>();
  auto* inner = find_member(wrapper, "value");
  if (!inner || inner->is_object()) return wrong_type(attribute, field);
  return coerce_one(attribute, std::move(*inner), field);
}

// A member without a value would be dropped in silence, and somebody would miss it.
bool names_somebody(const std::optional<json::value>& member) {
  return member && (!member->is_object() || member->get_object().contains("value"));
}

}  // namespace

std::string Field::str() const {
  if (!parent) return std::string(name);
  std::string out = parent->str();
  // An extension's attribute follows its URN after a colon.
  out += parent->parent == nullptr && parent->name.find(':') != std::string_view::npos ? ':' : '.';
  return out += name;
}

Coerced coerce_one(const AttributeDefinition& attribute, json::value value, const Field& field) {
  if (value.is_null() || (value.is_string() && value.get_string().empty()))
    return std::optional<json::value>();
  if (attribute.type == Type::Complex) return coerce_complex(attribute, std::move(value), field);
  if (value.is_object()) return coerce_wrapped(attribute, std::move(value.get_object()), field);
  if (value.is_array()) return wrong_type(attribute, field);
  switch (attribute.type) {
    case Type::Boolean:
      return coerce_boolean(attribute, std::move(value), field);
    case Type::Integer:
      return coerce_integer(attribute, std::move(value), field);
    case Type::Decimal:
      return coerce_decimal(attribute, std::move(value), field);
    default:
      return coerce_text(attribute, std::move(value), field);
  }
}

bool is_membership(const AttributeDefinition& attribute) {
  const auto* value = attribute.multi_valued ? attribute.find("value") : nullptr;
  return value && value->mutability == Mutability::Immutable;
}

Coerced coerce(const AttributeDefinition& attribute, json::value value, const Field& field) {
  if (!attribute.multi_valued) {
    if (!value.is_array()) return coerce_one(attribute, std::move(value), field);
    auto& list = value.get_array();
    if (list.size() > 1) return wrong_type(attribute, field);
    return list.empty() ? Coerced(std::nullopt) : coerce_one(attribute, std::move(list.front()), field);
  }
  if (!value.is_array()) value = json::array{std::move(value)};
  json::array out;
  auto& list = value.get_array();
  if (list.size() > max_list_values && !is_membership(attribute))
    return error(ErrorKind::TooLarge,
                 field.str() + " has more than " + std::to_string(max_list_values) + " values", field.str());
  out.reserve(list.size());
  for (auto& element : list) {
    const bool says_something = element.is_object() && !element.get_object().empty();
    auto one = coerce_one(attribute, std::move(element), field);
    if (!one) return one;
    if (says_something && is_membership(attribute) && !names_somebody(*one))
      return error(ErrorKind::InvalidValue, "a member has no value", field.str() + ".value");
    if (*one) out.push_back(std::move(**one));
  }
  if (out.empty()) return std::optional<json::value>();
  return std::optional<json::value>(std::move(out));
}

std::optional<bool> to_boolean(std::string_view text) {
  if (iequals(text, "true")) return true;
  if (iequals(text, "false")) return false;
  return std::nullopt;
}

std::string_view last_segment(std::string_view reference) {
  reference = reference.substr(0, reference.find_first_of("?#"));
  while (reference.ends_with('/')) reference.remove_suffix(1);
  const auto slash = reference.rfind('/');
  return slash == std::string_view::npos ? reference : reference.substr(slash + 1);
}

json::value* find_member(json::object& object, std::string_view name) {
  for (auto& [key, value] : object)
    if (iequals(key, name)) return &value;
  return nullptr;
}

}  // namespace dirbridge::scim
