#pragma once
// The attribute model of RFC 7643 sections 2 and 7: what a schema document says, as values that never change
// after loading. Names compare case-insensitively (section 2.1). Immutable after construction, so any thread
// may read.
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace dirbridge::scim {

namespace json = boost::json;

enum class Type { String, Boolean, Decimal, Integer, DateTime, Binary, Reference, Complex };
enum class Mutability { ReadOnly, ReadWrite, Immutable, WriteOnly };
enum class Returned { Always, Never, Default, Request };
enum class Uniqueness { None, Server, Global };

// The members' defaults are those of section 2.2 for a schema that is silent.
struct AttributeDefinition {
  std::string name;
  Type type = Type::String;
  bool multi_valued = false;
  bool required = false;
  bool case_exact = false;
  Mutability mutability = Mutability::ReadWrite;
  Returned returned = Returned::Default;
  Uniqueness uniqueness = Uniqueness::None;
  std::vector<std::string> canonical_values;  // suggestions: other values are accepted
  std::vector<std::string> reference_types;
  std::vector<AttributeDefinition> sub_attributes;

  const AttributeDefinition* find(std::string_view sub_attribute) const;  // null when unknown
};

struct Schema {
  std::string id;  // the URN
  std::string name;
  std::vector<AttributeDefinition> attributes;
  json::object document;  // as GET /Schemas/{id} shows it, without meta.location

  const AttributeDefinition* find(std::string_view attribute) const;  // null when unknown
};

// InvalidValue with the place in `field` when the document is not a schema.
Result<Schema> read_schema(const json::value& document);

std::string_view to_string(Type type);

}  // namespace dirbridge::scim
