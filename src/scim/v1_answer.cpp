#include <boost/json/array.hpp>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "scim/messages.hpp"
#include "scim/v1.hpp"

namespace dirbridge::scim {

namespace {

bool names_schema(const json::object& object, std::string_view urn) {
  const auto* schemas = object.if_contains("schemas");
  if (!schemas || !schemas->is_array()) return false;
  for (const auto& schema : schemas->get_array())
    if (schema.is_string() && schema.get_string() == urn) return true;
  return false;
}

// The core URNs and the enterprise URN have names of their own in 1.0; other extensions keep theirs.
std::string_view v1_urn(std::string_view urn) {
  if (urn == enterprise_urn) return v1_enterprise_urn;
  return urn.starts_with("urn:ietf:params:scim:schemas:core:2.0:") ? v1_core_urn : urn;
}

json::array v1_urns(const json::value& schemas) {
  json::array out;
  if (schemas.is_array())
    for (const auto& urn : schemas.get_array())
      if (urn.is_string()) out.push_back(json::value(v1_urn(urn.get_string())));
  return out;
}

// `$ref` came with 2.0.
void drop_references(json::value& value) {
  if (value.is_array())
    for (auto& element : value.get_array()) drop_references(element);
  if (value.is_object()) value.get_object().erase("$ref");
}

json::object v1_extension(json::object extension) {
  if (auto* manager = extension.if_contains("manager"); manager && manager->is_object()) {
    auto& object = manager->get_object();
    if (auto* id = object.if_contains("value")) {
      auto moved = std::move(*id);
      object.erase("value");
      object["managerId"] = std::move(moved);
    }
  }
  for (auto& member : extension) drop_references(member.value());
  return extension;
}

json::object v1_resource(json::object v2) {
  json::object out;
  for (auto& [name, value] : v2) {
    if (name == "schemas") {
      out["schemas"] = v1_urns(value);
    } else if (name == "meta" && value.is_object()) {
      value.get_object().erase("resourceType");
      out["meta"] = std::move(value);
    } else if (value.is_object() && name.find(':') != json::string_view::npos) {
      out[v1_urn(name)] = v1_extension(std::move(value.get_object()));
    } else {
      drop_references(value);
      out[name] = std::move(value);
    }
  }
  return out;
}

json::object v1_attribute(const json::object& attribute, std::string_view urn) {
  json::object out;
  for (const auto* name : {"name", "type", "multiValued", "description", "required", "caseExact"})
    if (const auto* value = attribute.if_contains(name)) out[name] = *value;
  out["schema"] = urn;
  const auto* mutability = attribute.if_contains("mutability");
  out["readOnly"] = mutability && mutability->is_string() && mutability->get_string() == "readOnly";
  if (const auto* canonical = attribute.if_contains("canonicalValues")) out["canonicalValues"] = *canonical;
  const auto* subs = attribute.if_contains("subAttributes");
  if (!subs) return out;
  json::array inner;
  for (const auto& sub : subs->as_array()) {
    const bool is_manager = attribute.at("name").as_string() == "manager";
    if (sub.at("name").as_string() == "$ref") continue;
    auto translated = v1_attribute(sub.as_object(), urn);
    if (is_manager && translated.at("name").as_string() == "value") translated["name"] = "managerId";
    inner.push_back(std::move(translated));
  }
  out["subAttributes"] = std::move(inner);
  return out;
}

json::object v1_schema(const ResourceType& type) {
  json::array attributes;
  const auto append = [&](const Schema& schema, std::string_view urn) {
    const auto* list = schema.document.if_contains("attributes");
    if (!list) return;
    for (const auto& attribute : list->as_array())
      attributes.push_back(v1_attribute(attribute.as_object(), urn));
  };
  append(type.core, v1_core_urn);
  for (const auto& extension : type.extensions) append(extension, v1_urn(extension.id));
  return {{"id", std::string(v1_core_urn) + ":" + type.name},
          {"name", type.name},
          {"description", type.description},
          {"schema", v1_core_urn},
          {"endpoint", type.endpoint},
          {"attributes", std::move(attributes)}};
}

// What a message says of a schema, in the name that the schema has in 1.0.
std::string in_old_words(std::string_view detail) {
  std::string out(detail);
  for (const std::string_view urn :
       {enterprise_urn, std::string_view("urn:ietf:params:scim:schemas:core:2.0:User"),
        std::string_view("urn:ietf:params:scim:schemas:core:2.0:Group")})
    for (auto at = out.find(urn); at != std::string::npos; at = out.find(urn, at + 1))
      out.replace(at, urn.size(), v1_urn(urn));
  return out;
}

}  // namespace

json::object v1_answer(json::object v2) {
  // A resource may name the error's schema among its own; only an error has a status as well.
  const auto* status = v2.if_contains("status");
  if (names_schema(v2, error_urn) && status && status->is_string()) {
    const auto* detail = v2.if_contains("detail");
    json::object one{{"description", detail && detail->is_string() ? in_old_words(detail->get_string()) : ""},
                     {"code", *status}};
    return {{"Errors", json::array{std::move(one)}}};
  }
  if (!names_schema(v2, list_response_urn)) return v1_resource(std::move(v2));
  v2["schemas"] = json::array{v1_core_urn};
  if (auto* resources = v2.if_contains("Resources"); resources && resources->is_array())
    for (auto& resource : resources->get_array())
      if (resource.is_object()) resource = v1_resource(std::move(resource.get_object()));
  return v2;
}

json::object v1_service_provider_config(const json::object& v2) {
  json::object out{{"schemas", json::array{v1_core_urn}}};
  for (const auto* name : {"patch", "filter", "changePassword", "sort", "etag", "authenticationSchemes"})
    if (const auto* value = v2.if_contains(name)) out[name] = *value;
  out["bulk"] = {{"supported", false}, {"maxOperations", 0}, {"maxPayloadSize", 0}};
  out["xmlDataFormat"] = {{"supported", false}};
  return out;
}

json::object v1_schemas(const Catalog& catalog) {
  json::array schemas;
  for (const auto* type : {&catalog.user, &catalog.group}) schemas.push_back(v1_schema(*type));
  const auto total = schemas.size();
  return v1_answer(list_response(std::move(schemas), total, 1));
}

}  // namespace dirbridge::scim
