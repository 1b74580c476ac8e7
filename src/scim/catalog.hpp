#pragma once
// Everything this service provider advertises: the schemas of schema/scim/, compiled in, and the two resource
// types.
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "scim/resource_type.hpp"

namespace dirbridge::scim {

struct Catalog {
  ResourceType user;
  ResourceType group;
  std::vector<Schema> schemas;  // in the order of GET /Schemas

  const Schema* find_schema(std::string_view urn) const;       // any case; null when unknown
  const ResourceType* find_type(std::string_view name) const;  // "User", any case; null when unknown
};

// The standard schemas plus more extensions of User and Group. InvalidValue when an extension's URN is taken
// or an attribute is writeOnly (only `password` may be).
Result<Catalog> make_catalog(const std::vector<Schema>& user_extensions,
                             const std::vector<Schema>& group_extensions);

// The standard schemas alone, built once.
const Catalog& standard_catalog();

}  // namespace dirbridge::scim
