#include "server/render.hpp"

#include <boost/json/array.hpp>

#include "base/json_access.hpp"
#include "base/log.hpp"
#include "scim/json_text.hpp"
#include "scim/messages.hpp"

namespace dirbridge::server {

namespace {

constexpr std::size_t expected_resource_bytes = 1024;

std::string location_of(const scim::ResourceType& type, const json::object& resource,
                        const std::string& base_url) {
  return base_url + type.endpoint + '/' + std::string(text_at(resource, "id"));
}

// RFC 7643 4.1.2: users say which groups they are in.
void add_group_references(json::object& resource, const std::string& base_url) {
  auto* groups = resource.if_contains("groups");
  if (!groups || !groups->is_array()) return;
  for (auto& group : groups->get_array()) {
    auto& element = group.get_object();
    element["$ref"] = base_url + "/Groups/" + std::string(text_at(element, "value"));
  }
}

void add_references(json::object& resource, const std::string& base_url) {
  add_group_references(resource, base_url);
  auto* members = resource.if_contains("members");
  if (!members || !members->is_array()) return;
  for (auto& member : members->get_array()) {
    auto& element = member.get_object();
    const auto type = text_at(element, "type");
    if (!type.empty())
      element["$ref"] = base_url + '/' + std::string(type) + "s/" + std::string(text_at(element, "value"));
  }
}

http::Response json_answer(int status, std::string text) {
  http::Response out;
  out.status = status;
  out.headers.set("Content-Type", std::string(scim::media_type));
  out.body = std::move(text);
  return out;
}

// What the client cannot mend is for the administrator of the bridge or of the directory.
void report(const Error& error) {
  if (const auto place = place_of(error); !place.empty())
    return log::error("request_failed",
                      {{"kind", to_string(error.kind)}, {"detail", error.detail}, {"source", place}});
  if (error.kind != ErrorKind::Denied)
    return log::warning("request_failed", {{"kind", to_string(error.kind)}, {"detail", error.detail}});
  log::error("directory_denied", {{"reason", error.field},
                                  {"detail", error.detail},
                                  {"fix",
                                   "see that the bridge's account may write there and that the directory "
                                   "takes writes; `dirbridge check` tells what is missing"}});
}

}  // namespace

http::Response answer(int status, const json::object& body) {
  return json_answer(status, scim::serialize(body));
}

http::Response answer(const Error& error) {
  const int status = scim::error_status(error.kind).http;
  if (status >= 500) report(error);
  auto out = answer(status, scim::error_body(error));
  if (status == 401) out.headers.set("WWW-Authenticate", "Bearer realm=\"dirbridge\"");
  if (status == 415 && error.field == "Content-Encoding") out.headers.set("Accept-Encoding", "identity");
  if (status == 503 || status == 429) out.headers.set("Retry-After", "5");
  return out;
}

http::Response answer_http_error(int status, const std::string& detail) {
  json::object body{
      {"schemas", json::array{scim::error_urn}}, {"status", std::to_string(status)}, {"detail", detail}};
  auto out = answer(status, body);
  if (status == 503 || status == 429) out.headers.set("Retry-After", "1");
  return out;
}

json::object present(const scim::ResourceType& type, json::object resource, const std::string& base_url,
                     const scim::Projection& projection) {
  if (auto* meta = resource.if_contains("meta"); meta && meta->is_object())
    meta->get_object()["location"] = location_of(type, resource, base_url);
  add_references(resource, base_url);
  return scim::project(type, std::move(resource), projection);
}

ListAnswer::ListAnswer(const json::object& head, std::size_t expected) {
  text_.reserve(256 + expected * expected_resource_bytes);
  scim::write(head, text_);
  text_.back() = ',';
  text_ += "\"Resources\":[";
}

void ListAnswer::add(const json::object& resource) {
  if (!empty_) text_ += ',';
  empty_ = false;
  scim::write(resource, text_);
}

http::Response ListAnswer::finish() && {
  text_ += "]}";
  return json_answer(200, std::move(text_));
}

http::Response answer_resource(int status, const scim::ResourceType& type, json::object resource,
                               const std::string& base_url, const scim::Projection& projection) {
  const auto location = location_of(type, resource, base_url);
  const auto* meta = resource.if_contains("meta");
  const std::string version(meta && meta->is_object() ? text_at(meta->get_object(), "version") : "");
  http::Response out;
  if (status == 204)
    out.status = 204;
  else
    out = answer(status, present(type, std::move(resource), base_url, projection));
  out.headers.set("Location", location);
  if (!version.empty()) out.headers.set("ETag", version);
  return out;
}

}  // namespace dirbridge::server
