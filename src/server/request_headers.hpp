#pragma once
// What the headers of a request mean to SCIM. Pure.
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "http/message.hpp"

namespace dirbridge::server {

// All lines of that name as one (RFC 9110 5.3); empty without any.
std::string combined(const http::Headers& headers, std::string_view name);

// The value of the first `return` preference (RFC 7240 4.2); empty without any.
std::string return_preference(const http::Headers& headers);

// UnsupportedMediaType: the body is no JSON, not in UTF-8, or compressed. Without Content-Type it is JSON.
Result<> check_content(const http::Headers& headers);

// InvalidValue: an If-Match that names no version.
Result<> check_precondition(const http::Headers& headers);

// InvalidSyntax: more than one line of that name.
Result<> check_single(const http::Headers& headers, std::string_view name);

// InvalidSyntax: a Host that cannot be one (RFC 3986 3.2.2). An empty one is none.
Result<> check_host(const http::Headers& headers);

}  // namespace dirbridge::server
