#pragma once
// Discovery (RFC 7644 section 4): what this service provider offers, as documents. Pure functions.
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "base/result.hpp"
#include "scim/catalog.hpp"

namespace dirbridge::server {

namespace json = boost::json;

// What is not the same for every connection and configuration.
struct Offer {
  std::uint64_t default_page_size;
  std::uint64_t max_page_size;
  std::uint64_t max_body_bytes;
  bool change_password;
};
json::object service_provider_config(const std::string& base_url, const Offer& offer);
json::object resource_types(const scim::Catalog& catalog, const std::string& base_url);
json::object schemas(const scim::Catalog& catalog, const std::string& base_url);
// NotFound when there is none of that name or URN.
Result<json::object> resource_type(const scim::Catalog& catalog, std::string_view name,
                                   const std::string& base_url);
Result<json::object> schema(const scim::Catalog& catalog, std::string_view urn, const std::string& base_url);

}  // namespace dirbridge::server
