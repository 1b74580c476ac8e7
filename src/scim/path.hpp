#pragma once
// PATCH paths (RFC 7644 3.5.2): `a`, `a.b`, `a[filter]`, `a[filter].b`, each with a schema URN before it (':'
// or '.' between), or an extension URN alone. Any case.
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "scim/filter.hpp"
#include "scim/resource_type.hpp"

namespace dirbridge::scim {

inline constexpr std::size_t max_path_bytes = 8 * 1024;

struct Path {
  AttributeRef target;           // target.attribute is null for a whole extension
  std::optional<Filter> filter;  // selects elements of target.attribute
};

// InvalidPath: grammar or unknown attribute. InvalidFilter: the part in brackets.
Result<Path> parse_path(std::string_view text, const ResourceType& type);

}  // namespace dirbridge::scim
