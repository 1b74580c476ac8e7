#pragma once
// A resource type (RFC 7643 section 6) and the one place where attribute names are resolved: in bodies,
// filters, PATCH paths and attribute lists alike. Attribute pointers stay valid as long as the ResourceType
// lives (moving it is fine).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scim/schema.hpp"

namespace dirbridge::scim {

// RFC 7643 4.3
inline constexpr std::string_view enterprise_urn =
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

// The place of an attribute in a resource. For a resolved name `attribute` is null only for a whole
// extension.
struct AttributeRef {
  const Schema* extension = nullptr;  // null: core and common attributes
  const AttributeDefinition* attribute = nullptr;
  const AttributeDefinition* sub = nullptr;

  bool read_only() const;
  friend bool operator==(const AttributeRef&, const AttributeRef&) = default;
};

// "name.givenName", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value".
std::string to_string(const AttributeRef& ref);

struct ResourceType {
  std::string name;      // "User"; also its id
  std::string endpoint;  // "/Users"
  std::string description;
  Schema core;
  std::vector<Schema> extensions;
  Schema common;  // schemas, id, externalId, meta: part of every resource, advertised nowhere (RFC 7643 3.1)

  // Core or common attribute; null when unknown.
  const AttributeDefinition* find(std::string_view attribute) const;
  // By URN in any case, or by an alias that clients are known to send (SCIM 1.1, known misspellings); null
  // otherwise.
  const Schema* find_extension(std::string_view urn) const;
  bool is_core_urn(std::string_view urn) const;
};

// `attr`, `attr.sub`, both with a schema URN before them and ':' or '.' between, or an extension URN alone;
// any case. An extension's attribute is also found without its URN when no core attribute has that name
// (Entra: `manager`).
std::optional<AttributeRef> resolve(const ResourceType& type, std::string_view name);

// The type with the names of others besides its own, for queries over several types (RFC 7644 3.4.2.1): their
// attributes are known, and no resource of this type has them. Without the schemas' documents.
ResourceType knowing(const ResourceType& type, const std::vector<const ResourceType*>& others);

// The value of ref.attribute in a canonical resource (ref.sub is not followed); null when unassigned.
const json::value* find_value(const json::object& resource, const AttributeRef& ref);

// The element of GET /ResourceTypes, without meta.location.
json::object describe(const ResourceType& type);

}  // namespace dirbridge::scim
