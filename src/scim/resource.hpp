#pragma once
// Body of POST or PUT -> canonical resource. Lenient in what identity providers really send, strict in the
// result: names in the schema's case, unknown and readOnly attributes dropped, types checked, `schemas`
// recomputed.
//
// One unassigned state (RFC 7643 2.5): null, [], {} and also "" mean "no value", for attributes and
// sub-attributes; a required attribute that is unassigned or blank is InvalidValue. An element of a
// multi-valued attribute that holds nothing but `type` and `primary` is dropped, so are repeated (type,value)
// pairs; of several primaries the last stays. Coerced: "True"/"False" to boolean, numbers and text into one
// another, one value for a list, a list of one for a single value, a scalar for a complex with `value`,
// {"value": x} for a scalar, `$ref` alone into `value`.
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "scim/resource_type.hpp"

namespace dirbridge::scim {

enum class ReadMode {
  Request,  // from a SCIM client: `schemas` must name the type (RFC 7643 3), or one of its known aliases
  Pulled,   // from our own code: `schemas` may be absent
};

struct ReadResource {
  json::object resource;  // canonical; never has id, meta, groups or password
  std::optional<Secret> password;
  bool password_removed = false;  // the body has `"password": null`
  std::vector<std::string>
      cleared;  // attributes that the body named without a value ("title", "urn:...:department")
  std::vector<Error> refused;  // of read_possible: what is left out, and why
};

// The body is consumed. InvalidSyntax: not an object, or `schemas` is missing or foreign. InvalidValue: wrong
// type or a required attribute is missing. Error.field is the attribute ("emails.primary").
Result<ReadResource> read_resource(const ResourceType& type, json::value body, ReadMode mode);

// The same, but an attribute that cannot be read is left out, and required ones may be missing: for a request
// that takes access away (design rule 15). An error only where the body is not an object.
Result<ReadResource> read_possible(const ResourceType& type, json::value body, ReadMode mode);

// For clients whose PUT holds only a part (RFC 7644 3.5.1 leaves the choice): what `read` neither sets nor
// clears is taken over from the stored resource.
json::object keep_omitted(const ResourceType& type, ReadResource read, const json::object& stored);

// InvalidValue naming the first required attribute (or sub-attribute) that has no value.
Result<void> check_required(const ResourceType& type, const json::object& resource);

// Core URN first, then each extension that has data; empty extension objects are dropped. Keeps `schemas` in
// front.
void update_schemas(const ResourceType& type, json::object& resource);

}  // namespace dirbridge::scim
