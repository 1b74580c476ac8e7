#include <vector>

#include "base/text.hpp"
#include "scim/json_text.hpp"
#include "scim/messages.hpp"
#include "scim/written.hpp"
#include "server/bulk.hpp"
#include "server/handlers.hpp"
#include "server/large_group.hpp"
#include "server/query.hpp"
#include "server/render.hpp"
#include "server/request_headers.hpp"

namespace dirbridge::server {

namespace {

using provision::Members;
using provision::Reader;
using provision::ReaderWriter;

std::string parameter(const Exchange& exchange, std::string_view name) {
  const auto* value = exchange.request.target.parameter(name);
  return value ? *value : std::string();
}

// Does the client ask for "minimal" or "representation"?
bool prefers(const Exchange& exchange, std::string_view what) {
  return return_preference(exchange.request.headers) == what;
}

Result<scim::Projection> projection_of(const Exchange& exchange, const scim::ResourceType& type) {
  return read_projection(type, parameter(exchange, "attributes"), parameter(exchange, "excludedAttributes"));
}

bool has_projection(const Exchange& exchange) {
  return !parameter(exchange, "attributes").empty() || !parameter(exchange, "excludedAttributes").empty();
}

// A changed resource as it was asked for: groups of a user are looked up only when they are named.
Result<json::object> completed(const Exchange& exchange, ReaderWriter& resources, json::object resource,
                               const scim::Projection& projection) {
  if (!asks_for_groups(resources.type(), projection)) return resource;
  return resources.find(resource.at("id").get_string(), Members::Load, exchange.deadline);
}

// RFC 7240 4.2; who names attributes wants to see them.
bool wants_nothing(const Exchange& exchange) {
  return prefers(exchange, "minimal") && !has_projection(exchange);
}

http::Response without_body(http::Response response) {
  http::Response out;
  out.status = response.status;
  for (const auto& [name, value] : response.headers)
    if (!iequals(name, "Content-Type")) out.headers.set(name, value);
  out.headers.set("Preference-Applied", "return=minimal");
  return out;
}

Result<provision::Precondition> precondition_of(const Exchange& exchange) {
  const auto& headers = exchange.request.headers;
  if (auto good = check_precondition(headers); !good) return good.error();
  return provision::Precondition{combined(headers, "If-Match"), combined(headers, "If-None-Match")};
}

http::Response answer_opened(const Exchange& exchange, const ReaderWriter& resources,
                             provision::Opened opened, const scim::Projection& projection) {
  if (opened.members && memberships_for(resources.type(), projection) != Members::Leave)
    return answer_large(resources.type(), std::move(opened), exchange.base_url, projection);
  return answer_resource(200, resources.type(), std::move(opened.resource), exchange.base_url, projection);
}

// Who is in which group, and what members are called, changes without the resource's version.
bool is_covered_by_version(const scim::ResourceType& type, const scim::Projection& projection) {
  return !asks_for_groups(type, projection) && memberships_for(type, projection) != Members::LoadNamed;
}

// RFC 7644 3.5.2: 200 with the resource, or 204; always 200 when attributes were asked for.
Members patch_answer(const Exchange& exchange, const ReaderWriter& resources,
                     const scim::Projection& projection) {
  if (has_projection(exchange)) return memberships_for(resources.type(), projection);
  if (prefers(exchange, "minimal")) return Members::Leave;
  if (prefers(exchange, "representation")) return Members::Load;
  switch (exchange.connection.group_patch_answer) {
    case scim::GroupPatchAnswer::Always:
      return Members::Load;
    case scim::GroupPatchAnswer::Never:
      return Members::Leave;
    case scim::GroupPatchAnswer::WhenSmall:
      return Members::LoadFew;
  }
  return Members::LoadFew;
}

}  // namespace

Result<json::value> body_of(const Exchange& exchange) {
  if (auto good = check_content(exchange.request.headers); !good) return good.error();
  return scim::parse_body(exchange.request.body, {exchange.provider.max_body_bytes});
}

provision::ReaderWriter& resources_of(const Exchange& exchange) {
  return exchange.route.of == Of::Users ? *exchange.connection.users : *exchange.connection.groups;
}

namespace handle {

http::Response create(const Exchange& exchange) {
  auto& resources = resources_of(exchange);
  const auto projection = projection_of(exchange, resources.type());
  if (!projection) return answer(projection.error());
  auto body = body_of(exchange);
  if (!body) return answer(body.error());
  const auto written = scim::showing_written(resources.type(), *projection, *body);
  auto created = resources.create(std::move(*body), exchange.deadline);
  if (created) created = completed(exchange, resources, std::move(*created), *projection);
  if (!created) return answer(created.error());
  auto out = answer_resource(201, resources.type(), std::move(*created), exchange.base_url, written);
  return wants_nothing(exchange) ? without_body(std::move(out)) : out;
}

http::Response find(const Exchange& exchange) {
  auto& resources = resources_of(exchange);
  const auto projection = projection_of(exchange, resources.type());
  if (!projection) return answer(projection.error());
  auto found = resources.open(exchange.id, memberships_for(resources.type(), *projection), exchange.deadline);
  if (!found) return answer(found.error());
  const std::string_view version = found->resource.at("meta").at("version").get_string();
  const auto known = combined(exchange.request.headers, "If-None-Match");
  const bool covered = is_covered_by_version(resources.type(), *projection);
  if (covered && !known.empty() && provision::names_version(known, version)) {
    http::Response unchanged;
    unchanged.status = 304;
    unchanged.headers.set("ETag", std::string(version));
    return unchanged;
  }
  return answer_opened(exchange, resources, std::move(*found), *projection);
}

http::Response replace(const Exchange& exchange) {
  auto& resources = resources_of(exchange);
  const auto projection = projection_of(exchange, resources.type());
  if (!projection) return answer(projection.error());
  const auto precondition = precondition_of(exchange);
  if (!precondition) return answer(precondition.error());
  auto body = body_of(exchange);
  if (!body) return answer(body.error());
  const auto written = scim::showing_written(resources.type(), *projection, *body);
  auto replaced = resources.replace(exchange.id, std::move(*body), *precondition, exchange.deadline);
  if (!replaced) return answer(replaced.error());
  if (wants_nothing(exchange))
    return without_body(answer_resource(204, resources.type(), std::move(replaced->resource),
                                        exchange.base_url, *projection));
  auto resource = completed(exchange, resources, std::move(replaced->resource), *projection);
  if (!resource) return answer(resource.error());
  replaced->resource = std::move(*resource);
  return answer_opened(exchange, resources, std::move(*replaced), written);
}

http::Response patch(const Exchange& exchange) {
  auto& resources = resources_of(exchange);
  const auto projection = projection_of(exchange, resources.type());
  if (!projection) return answer(projection.error());
  const auto precondition = precondition_of(exchange);
  if (!precondition) return answer(precondition.error());
  auto body = body_of(exchange);
  if (!body) return answer(body.error());
  const auto written = scim::showing_written(resources.type(), *projection, *body);
  auto patched = resources.patch(exchange.id, std::move(*body), *precondition,
                                 patch_answer(exchange, resources, *projection), exchange.deadline);
  if (!patched) return answer(patched.error());
  const bool minimal = wants_nothing(exchange);
  const bool shown = has_projection(exchange) || (patched->whole && !minimal);
  auto resource = completed(exchange, resources, std::move(patched->resource), *projection);
  if (!resource) return answer(resource.error());
  auto out =
      answer_resource(shown ? 200 : 204, resources.type(), std::move(*resource), exchange.base_url, written);
  return minimal ? without_body(std::move(out)) : out;
}

http::Response remove(const Exchange& exchange) {
  auto& resources = resources_of(exchange);
  const auto precondition = precondition_of(exchange);
  if (!precondition) return answer(precondition.error());
  auto removed = resources.remove(exchange.id, *precondition, exchange.deadline);
  if (!removed) return answer(removed.error());
  http::Response out;
  out.status = 204;
  return out;
}

http::Response list(const Exchange& exchange) {
  const auto parameters = read_query(exchange.request.target);
  if (!parameters) return answer(parameters.error());
  Reader* const types[] = {&resources_of(exchange)};
  return answer_query(exchange, types, *parameters);
}

http::Response search(const Exchange& exchange) {
  const auto body = body_of(exchange);
  if (!body) return answer(body.error());
  const auto parameters = read_search_request(*body);
  if (!parameters) return answer(parameters.error());
  auto& connection = exchange.connection;
  std::vector<Reader*> types;
  if (exchange.route.of != Of::Groups) types.push_back(connection.users.get());
  if (exchange.route.of != Of::Users) types.push_back(connection.groups.get());
  return answer_query(exchange, types, *parameters);
}

http::Response bulk(const Exchange& exchange) {
  return run_bulk(exchange);
}

http::Response refuse_me(const Exchange&) {
  return answer(error(ErrorKind::NotImplemented,
                      "/Me is not offered: a token stands for a connection, not for a user"));
}

}  // namespace handle

}  // namespace dirbridge::server
