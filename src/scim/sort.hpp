#pragma once
// sortBy and sortOrder (RFC 7644 3.4.2.3). Order is a matter of keys: byte strings that compare as the RFC
// orders resources. Pure functions.
#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "scim/resource_type.hpp"

namespace dirbridge::scim {

struct Sort {
  AttributeRef by;  // without an attribute: nothing to sort by, all are equal
  bool descending = false;
};

// Text compares by its first bytes up to this many: whoever shares all of them counts as equal.
inline constexpr std::size_t max_sort_key_bytes = 256;

// InvalidValue: `by` names no attribute of the type, one that has parts and no `value`, or one that is not
// part of what is stored (members, groups, password). A list stands for its `value`.
Result<Sort> parse_sort(const ResourceType& type, std::string_view by);
// "ascending" or "descending", any case: is it descending? InvalidValue otherwise.
Result<bool> is_descending(std::string_view order);

// Of a list the primary element counts, else the first. Without a value: greater than every value, so that it
// comes last in ascending and first in descending order.
std::string sort_key(const Sort& sort, const json::object& resource);

}  // namespace dirbridge::scim
