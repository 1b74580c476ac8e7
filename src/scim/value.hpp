#pragma once
// Inside scim/: JSON as sent -> the canonical value of one attribute. The rules are listed in resource.hpp.
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "scim/resource_type.hpp"

namespace dirbridge::scim {

// Where we are, for error messages: a chain on the stack that becomes text only when something is wrong.
struct Field {
  const Field* parent = nullptr;
  std::string_view name;
  std::string str() const;
};

// Values of one attribute in one request; members of a group are not counted.
inline constexpr std::size_t max_list_values = 10'000;

using Coerced = Result<std::optional<json::value>>;  // nullopt: unassigned

// A list whose elements stand for others, such as members: `value` is immutable.
bool is_membership(const AttributeDefinition& attribute);

// The whole attribute; a multi-valued one becomes an array, not yet tidied. InvalidValue: a member without a
// value.
Coerced coerce(const AttributeDefinition& attribute, json::value value, const Field& field);
// One value: of a single-valued attribute, or one element of a multi-valued one.
Coerced coerce_one(const AttributeDefinition& attribute, json::value value, const Field& field);

// A text that is only one of the two booleans in any case.
std::optional<bool> to_boolean(std::string_view text);
// The id at the end of a `$ref`: "../Users/7", "https://host/v2/Users/7/" -> "7"; empty when there is none.
std::string_view last_segment(std::string_view reference);
// The member of an object under a name in any case.
json::value* find_member(json::object& object, std::string_view name);

// What makes an element of a multi-valued attribute the same as another: (type, value), or the value alone
// where it is immutable (members), or everything when there is no value.
std::string element_key(const AttributeDefinition& attribute, const json::value& element);
// Drops elements without content and repeated ones; keeps only the last primary.
void tidy_list(const AttributeDefinition& attribute, json::array& list);
// Something beside `type` and `primary`, which only describe a value.
bool has_content(const json::value& element);
bool is_primary(const json::value& element);
// Sets primary to false on every primary element but the one at `keep`.
void demote_others(json::array& list, std::size_t keep);

}  // namespace dirbridge::scim
