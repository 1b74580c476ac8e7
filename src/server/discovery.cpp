#include "server/discovery.hpp"

#include <boost/json/array.hpp>

#include "scim/bulk.hpp"
#include "scim/messages.hpp"
#include "server/cursor.hpp"

namespace dirbridge::server {

namespace {

json::object meta(std::string_view type, std::string location) {
  return {{"resourceType", type}, {"location", std::move(location)}};
}

json::object show(const scim::ResourceType& type, const std::string& base_url) {
  auto out = scim::describe(type);
  out["meta"] = meta("ResourceType", base_url + "/ResourceTypes/" + type.name);
  return out;
}

json::object show(const scim::Schema& schema, const std::string& base_url) {
  auto out = schema.document;
  out["meta"] = meta("Schema", base_url + "/Schemas/" + schema.id);
  return out;
}

json::object list_of(json::array resources) {
  const auto total = resources.size();
  return scim::list_response(std::move(resources), total, 1);
}

}  // namespace

json::object service_provider_config(const std::string& base_url, const Offer& offer) {
  const json::object on{{"supported", true}};
  return {
      {"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"}},
      {"patch", {{"supported", true}}},
      {"bulk",
       {{"supported", true},
        {"maxOperations", scim::max_bulk_operations},
        {"maxPayloadSize", offer.max_body_bytes}}},
      {"filter", {{"supported", true}, {"maxResults", offer.max_page_size}}},
      {"changePassword", {{"supported", offer.change_password}}},
      {"sort", on},
      {"etag", {{"supported", true}}},
      {"pagination",
       {{"cursor", true},
        {"index", true},
        {"defaultPaginationMethod", "index"},
        {"defaultPageSize", offer.default_page_size},
        {"maxPageSize", offer.max_page_size},
        {"cursorTimeout", cursor_timeout.count()}}},
      {"authenticationSchemes",
       json::array{{{"type", "oauthbearertoken"},
                    {"name", "OAuth Bearer Token"},
                    {"description", "The token of this connection, sent as Authorization: Bearer (RFC 6750)"},
                    {"specUri", "https://www.rfc-editor.org/info/rfc6750"},
                    {"primary", true}}}},
      {"meta", meta("ServiceProviderConfig", base_url + "/ServiceProviderConfig")},
  };
}

json::object resource_types(const scim::Catalog& catalog, const std::string& base_url) {
  return list_of({show(catalog.user, base_url), show(catalog.group, base_url)});
}

json::object schemas(const scim::Catalog& catalog, const std::string& base_url) {
  json::array out;
  for (const auto& schema : catalog.schemas) out.emplace_back(show(schema, base_url));
  return list_of(std::move(out));
}

Result<json::object> resource_type(const scim::Catalog& catalog, std::string_view name,
                                   const std::string& base_url) {
  if (const auto* type = catalog.find_type(name)) return show(*type, base_url);
  return error(ErrorKind::NotFound, "there is no resource type " + std::string(name));
}

Result<json::object> schema(const scim::Catalog& catalog, std::string_view urn, const std::string& base_url) {
  if (const auto* schema = catalog.find_schema(urn)) return show(*schema, base_url);
  return error(ErrorKind::NotFound, "there is no schema " + std::string(urn));
}

}  // namespace dirbridge::server
