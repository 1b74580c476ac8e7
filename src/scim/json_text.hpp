#pragma once
// JSON text <-> value for messages. Reading is bounded and strict: exact duplicate keys, invalid UTF-8 and
// NUL are refused, so that nothing downstream has to think of them. Writing prints doubles in their shortest
// exact form.
#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace dirbridge::scim {

namespace json = boost::json;

struct JsonLimits {
  std::size_t max_bytes;
  std::size_t max_depth = 32;
};

// TooLarge beyond max_bytes; otherwise InvalidSyntax with the byte position. A UTF-8 byte order mark is
// skipped.
Result<json::value> parse_body(std::string_view text, const JsonLimits& limits);

// Call these qualified: where Boost's serialize is visible, an unqualified call is ambiguous.
std::string serialize(const json::value& value);
std::string serialize(const json::object& object);
// Appends the text of `object` to `out`.
void write(const json::object& object, std::string& out);

}  // namespace dirbridge::scim
