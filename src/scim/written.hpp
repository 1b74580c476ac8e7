#pragma once
// `returned: "request"` (RFC 7643 section 7): such an attribute is in an answer when it was asked for by
// name, and also in the answer to a POST, PUT or PATCH whose body set it.
#include <boost/json/value.hpp>

#include "scim/projection.hpp"

namespace dirbridge::scim {

// `projection` with what the body of such a request sets; as it is when `attributes` was given. A body that
// cannot be understood sets nothing: whoever carries it out says what is wrong.
Projection showing_written(const ResourceType& type, Projection projection, const json::value& body);

}  // namespace dirbridge::scim
