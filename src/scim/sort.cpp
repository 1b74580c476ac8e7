#include "scim/sort.hpp"

#include <algorithm>
#include <bit>
#include <boost/json/array.hpp>
#include <cstdint>

#include "base/text.hpp"
#include "scim/date_time.hpp"
#include "scim/filter_reference.hpp"
#include "scim/value.hpp"

namespace dirbridge::scim {

namespace {

constexpr char with_value = '\x01';
constexpr char without_value = '\x02';

Error cannot(std::string_view name, std::string_view why) {
  return error(ErrorKind::InvalidValue,
               "cannot sort by \"" + std::string(name.substr(0, 200)) + "\": " + std::string(why), "sortBy");
}

void append_big_endian(std::string& out, std::uint64_t number, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 0xFFU);
}

constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63U;

std::string sort_key(std::int64_t number) {
  std::string out;
  append_big_endian(out, static_cast<std::uint64_t>(number) ^ sign_bit, 8);
  return out;
}

// The bits of IEEE 754 numbers order like the numbers, once those of negative ones are turned round.
std::string sort_key(double number) {
  const auto bits = std::bit_cast<std::uint64_t>(number == 0 ? 0.0 : number);
  std::string out;
  append_big_endian(out, (bits & sign_bit) != 0 ? ~bits : bits | sign_bit, 8);
  return out;
}

std::string sort_key(const Instant& instant) {
  auto out = sort_key(instant.seconds);
  append_big_endian(out, static_cast<std::uint64_t>(instant.nanoseconds), 4);
  return out;
}

// Empty: the value cannot be told from none.
std::string sort_key(const AttributeDefinition& attribute, const json::value& value) {
  if (value.is_bool()) return value.get_bool() ? "1" : "0";
  if (value.is_number())
    return attribute.type == Type::Integer && value.is_int64() ? sort_key(value.get_int64())
                                                               : sort_key(value.to_number<double>());
  if (!value.is_string()) return {};
  const std::string_view text = value.get_string();
  if (attribute.type == Type::DateTime) {
    const auto instant = parse_date_time(text);
    return instant ? sort_key(*instant) : std::string();
  }
  auto key = attribute.case_exact ? std::string(text) : fold_case(text);
  key.resize(std::min(key.size(), max_sort_key_bytes));
  return key;
}

const json::value* representative(const json::value* value) {
  if (!value || !value->is_array()) return value;
  const auto& elements = value->get_array();
  for (const auto& element : elements)
    if (is_primary(element)) return &element;
  return elements.empty() ? nullptr : &elements.front();
}

}  // namespace

Result<Sort> parse_sort(const ResourceType& type, std::string_view by) {
  const auto ref = resolve(type, trim(by));
  if (!ref || !ref->attribute) return cannot(by, "there is no such attribute");
  Sort sort{*ref, false};
  const auto& attribute = *ref->attribute;
  if (attribute.returned == Returned::Never) return cannot(by, "it is never returned");
  const bool computed = attribute.name == "members" || attribute.name == "groups";
  if (!ref->extension && computed) return cannot(by, "it is not part of the resource itself");
  if (const auto id = id_behind(type, *ref)) return Sort{*id, false};
  if (attribute.type == Type::Complex && !sort.by.sub) sort.by.sub = attribute.find("value");
  if (attribute.type == Type::Complex && !sort.by.sub)
    return cannot(by, "it has parts; name one of them, as in " + attribute.name + "." +
                          (attribute.sub_attributes.empty() ? "x" : attribute.sub_attributes.front().name));
  return sort;
}

Result<bool> is_descending(std::string_view order) {
  if (iequals(trim(order), "ascending")) return false;
  if (iequals(trim(order), "descending")) return true;
  return error(ErrorKind::InvalidValue, "must be ascending or descending", "sortOrder");
}

std::string sort_key(const Sort& sort, const json::object& resource) {
  if (!sort.by.attribute) return {};
  const auto* value = representative(find_value(resource, sort.by));
  if (value && sort.by.sub)
    value = value->is_object() ? value->get_object().if_contains(sort.by.sub->name) : nullptr;
  const auto key = value ? sort_key(sort.by.sub ? *sort.by.sub : *sort.by.attribute, *value) : std::string();
  return key.empty() ? std::string(1, without_value) : with_value + key;
}

}  // namespace dirbridge::scim
