#pragma once
// PUT (RFC 7644 3.5.1): what a stored resource becomes under the representation that a client sent.
#include <boost/json/object.hpp>

#include "scim/resource.hpp"

namespace dirbridge::scim {

// What becomes of a readWrite attribute that the body does not name; one that it names with null or [] is
// cleared in any case.
enum class PutOmitted { Clear, Keep };

// `stored` without members it does not know of. Mutability: an immutable attribute that has a value would get
// another one or none; one that is left out keeps it.
Result<json::object> replace(const ResourceType& type, const ReadResource& read, const json::object& stored,
                             PutOmitted omitted);

// Does the body name this top-level attribute, with a value or without?
bool names(const ReadResource& read, std::string_view attribute);

}  // namespace dirbridge::scim
