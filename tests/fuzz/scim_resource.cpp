// Any bytes as the body of POST: an answer or an error, and what was accepted is canonical (reads as itself).
#include <boost/json/object.hpp>
#include <cstdint>
#include <cstdlib>

#include "scim/catalog.hpp"
#include "scim/json_text.hpp"
#include "scim/projection.hpp"
#include "scim/resource.hpp"

namespace {

using namespace dirbridge;

void require(bool holds) {
  if (!holds) std::abort();
}

void read(const scim::ResourceType& type, const boost::json::value& body) {
  auto first = scim::read_resource(type, body, scim::ReadMode::Pulled);
  if (!first) return require(!first.error().detail.empty());
  for (const char* name : {"id", "meta", "groups", "password"}) require(!first->resource.contains(name));
  const auto text = scim::serialize(first->resource);
  auto parsed = scim::parse_body(text, {text.size()});
  require(parsed.has_value());
  const auto second = scim::read_resource(type, std::move(*parsed), scim::ReadMode::Request);
  require(second.has_value() && second->resource == first->resource);
  const auto projection = scim::parse_projection(type, "name.givenName,emails.value,members", "emails.type");
  require(scim::project(type, first->resource, projection).contains("schemas"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = scim::parse_body({reinterpret_cast<const char*>(data), size}, {1 << 16});
  if (!body) return 0;
  read(scim::standard_catalog().user, *body);
  read(scim::standard_catalog().group, *body);
  return 0;
}
