#pragma once
// `attributes` and `excludedAttributes` (RFC 7644 3.9) and the `returned` rules of the schema (RFC 7643 2.2).
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "scim/resource_type.hpp"

namespace dirbridge::scim {

struct Projection {
  bool limited = false;  // `attributes` was given: only these and what is returned always
  std::vector<AttributeRef> only;
  std::vector<AttributeRef> without;
};

// Comma lists as in the query; empty means not given. Unknown names and brackets are ignored; when both are
// given, `excluded` takes away from `attributes`.
Projection parse_projection(const ResourceType& type, std::string_view attributes, std::string_view excluded);

// The comma list for an array of names or a text, as a message body has it.
std::string attribute_list(const json::value& names);

// Would this top-level attribute (canonical name, "members") be in the answer? Lets the caller skip loading
// it.
bool wants(const ResourceType& type, const Projection& projection, std::string_view attribute);

// Is this sub-attribute (canonical names) asked for by its own name?
bool asks_for(const ResourceType& type, const Projection& projection, std::string_view attribute,
              std::string_view sub);

// Takes the resource apart and keeps what the client gets; `schemas` lists the extensions that are left.
json::object project(const ResourceType& type, json::object resource, const Projection& projection);

}  // namespace dirbridge::scim
