#include "server/query_parameters.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <cmath>

#include "base/text.hpp"
#include "scim/messages.hpp"
#include "scim/projection.hpp"

namespace dirbridge::server {

namespace {

namespace json = boost::json;

std::optional<std::string> text_parameter(const http::Target& target, std::string_view name) {
  const auto* value = target.parameter(name);
  return value ? std::optional(*value) : std::nullopt;
}

Error wrong(std::string_view name, const char* what) {
  return error(ErrorKind::InvalidValue, what, std::string(name));
}

// What is too large becomes the largest there is. nullopt: no whole number.
std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  if (stop != end || failure == std::errc::invalid_argument) return std::nullopt;
  if (failure == std::errc::result_out_of_range) return text.starts_with('-') ? INT64_MIN : INT64_MAX;
  return value;
}

std::optional<std::int64_t> whole_number(double value) {
  if (std::trunc(value) != value) return std::nullopt;
  if (value >= 0x1p63) return INT64_MAX;
  return value < -0x1p63 ? INT64_MIN : static_cast<std::int64_t>(value);
}

std::optional<std::int64_t> whole_number(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64()) return INT64_MAX;
  if (value.is_double()) return whole_number(value.get_double());
  return value.is_string() ? whole_number(std::string_view(value.get_string())) : std::nullopt;
}

Result<> read_number(const http::Target& target, std::string_view name, std::optional<std::int64_t>& out) {
  const auto* text = target.parameter(name);
  if (!text) return {};
  out = whole_number(std::string_view(*text));
  return out ? Result<>() : wrong(name, "not a whole number");
}

const json::value* member(const json::object& body, std::string_view name) {
  for (const auto& [key, value] : body)
    if (iequals(key, name)) return value.is_null() ? nullptr : &value;
  return nullptr;
}

Result<> take_text(const json::object& body, std::string_view name, std::optional<std::string>& out) {
  const auto* value = member(body, name);
  if (!value) return {};
  if (!value->is_string()) return wrong(name, "must be a string");
  out = std::string(value->get_string());
  return {};
}

Result<> take_number(const json::object& body, std::string_view name, std::optional<std::int64_t>& out) {
  const auto* value = member(body, name);
  if (!value) return {};
  out = whole_number(*value);
  return out ? Result<>() : wrong(name, "must be a whole number");
}

Result<> take_names(const json::object& body, std::string_view name, std::string& out) {
  const auto* value = member(body, name);
  if (!value) return {};
  if (const auto* names = value->if_array())
    for (const auto& one : *names)
      if (!one.is_string()) return wrong(name, "must be a list of attribute names");
  if (!value->is_array() && !value->is_string()) return wrong(name, "must be a list of attribute names");
  out = scim::attribute_list(*value);
  return {};
}

bool is_search_request(const json::object& body) {
  const auto* schemas = member(body, "schemas");
  if (!schemas) return false;
  if (schemas->is_string()) return iequals(schemas->get_string(), scim::search_request_urn);
  if (!schemas->is_array()) return false;
  for (const auto& urn : schemas->get_array())
    if (urn.is_string() && iequals(urn.get_string(), scim::search_request_urn)) return true;
  return false;
}

}  // namespace

Result<QueryParameters> read_query(const http::Target& target) {
  QueryParameters out;
  out.attributes = text_parameter(target, "attributes").value_or("");
  out.excluded_attributes = text_parameter(target, "excludedAttributes").value_or("");
  out.filter = text_parameter(target, "filter");
  out.sort_by = text_parameter(target, "sortBy");
  out.sort_order = text_parameter(target, "sortOrder");
  out.cursor = text_parameter(target, "cursor");
  if (auto done = read_number(target, "startIndex", out.start_index); !done) return done.error();
  if (auto done = read_number(target, "count", out.count); !done) return done.error();
  return out;
}

Result<QueryParameters> read_search_request(const json::value& body) {
  const auto* object = body.if_object();
  if (!object || !is_search_request(*object))
    return error(ErrorKind::InvalidSyntax,
                 "the body must be an object with the schema " + std::string(scim::search_request_urn),
                 "schemas");
  QueryParameters out;
  Result<> done;
  const auto take = [&](Result<> step) {
    if (done) done = std::move(step);
  };
  take(take_names(*object, "attributes", out.attributes));
  take(take_names(*object, "excludedAttributes", out.excluded_attributes));
  take(take_text(*object, "filter", out.filter));
  take(take_text(*object, "sortBy", out.sort_by));
  take(take_text(*object, "sortOrder", out.sort_order));
  take(take_text(*object, "cursor", out.cursor));
  take(take_number(*object, "startIndex", out.start_index));
  take(take_number(*object, "count", out.count));
  if (!done) return done.error();
  return out;
}

}  // namespace dirbridge::server
