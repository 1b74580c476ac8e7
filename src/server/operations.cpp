#include <charconv>

#include <boost/json/array.hpp>

#include "base/text.hpp"
#include "scim/json_text.hpp"
#include "scim/messages.hpp"
#include "server/exchange.hpp"
#include "server/large_group.hpp"
#include "server/render.hpp"

namespace dirbridge::server {

namespace {

using provision::Members;
using provision::Resources;

std::string parameter(const Exchange& exchange, std::string_view name) {
  const auto* value = exchange.request.target.parameter(name);
  return value ? *value : std::string();
}

std::string header(const Exchange& exchange, std::string_view name) {
  const auto* value = exchange.request.headers.find(name);
  return value ? *value : std::string();
}

// RFC 7240: does the client ask for return=minimal or return=representation?
bool prefers(const Exchange& exchange, std::string_view what) {
  const auto wishes = header(exchange, "Prefer");
  for (const auto part : split(wishes, ','))
    for (const auto preference : split(part, ';'))
      if (iequals(trim(preference), what)) return true;
  return false;
}

scim::Projection projection_of(const Exchange& exchange, const scim::ResourceType& type) {
  return scim::parse_projection(type, parameter(exchange, "attributes"),
                                parameter(exchange, "excludedAttributes"));
}

bool has_projection(const Exchange& exchange) {
  return !parameter(exchange, "attributes").empty() || !parameter(exchange, "excludedAttributes").empty();
}

// RFC 7240 4.2; who names attributes wants to see them.
bool wants_nothing(const Exchange& exchange) {
  return prefers(exchange, "return=minimal") && !has_projection(exchange);
}

http::Response without_body(http::Response response) {
  http::Response out;
  out.status = response.status;
  for (const auto& [name, value] : response.headers)
    if (!iequals(name, "Content-Type")) out.headers.set(name, value);
  out.headers.set("Preference-Applied", "return=minimal");
  return out;
}

provision::Precondition precondition_of(const Exchange& exchange) {
  return {header(exchange, "If-Match"), header(exchange, "If-None-Match")};
}

Members members_for(const scim::ResourceType& type, const scim::Projection& projection) {
  if (!scim::wants(type, projection, "members")) return Members::Leave;
  return scim::asks_for(type, projection, "members", "display") ? Members::LoadNamed : Members::Load;
}

// A whole number of a query; absent: nullopt. Numbers beyond the type are clamped by the caller's own bounds.
Result<std::optional<std::int64_t>> number(const Exchange& exchange, std::string_view name) {
  const auto* text = exchange.request.target.parameter(name);
  if (!text) return std::optional<std::int64_t>();
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (failure == std::errc::result_out_of_range && end == text->data() + text->size())
    return std::optional<std::int64_t>(text->starts_with('-') ? INT64_MIN : INT64_MAX);
  if (failure != std::errc() || end != text->data() + text->size())
    return error(ErrorKind::InvalidValue, "not a whole number", std::string(name));
  return std::optional(value);
}

Result<provision::Query> query_of(const Exchange& exchange, const scim::ResourceType& type) {
  provision::Query query;
  auto start = number(exchange, "startIndex");
  if (!start) return start.error();
  auto count = number(exchange, "count");
  if (!count) return count.error();
  query.start_index = static_cast<std::uint64_t>(std::max<std::int64_t>(1, start->value_or(1)));
  query.count = *count ? static_cast<std::uint64_t>(std::max<std::int64_t>(0, **count))
                       : exchange.connection.default_page_size;
  query.count = std::min(query.count, exchange.connection.max_page_size);
  if (const auto* text = exchange.request.target.parameter("filter")) {
    auto filter = scim::parse_filter(*text, type);
    if (!filter) return filter.error();
    query.filter = std::move(*filter);
    query.filter_text = *text;
  }
  return query;
}

http::Response create(const Exchange& exchange, Resources& resources) {
  auto body = body_of(exchange);
  if (!body) return answer(body.error());
  auto created = resources.create(std::move(*body), exchange.deadline);
  if (!created) return answer(created.error());
  auto out = answer_resource(201, resources.type(), std::move(*created), exchange.base_url,
                             projection_of(exchange, resources.type()));
  return wants_nothing(exchange) ? without_body(std::move(out)) : out;
}

http::Response answer_opened(const Exchange& exchange, const Resources& resources, provision::Opened opened,
                             const scim::Projection& projection) {
  if (opened.members && members_for(resources.type(), projection) != Members::Leave)
    return answer_large(resources.type(), std::move(opened), exchange.base_url, projection);
  return answer_resource(200, resources.type(), std::move(opened.resource), exchange.base_url, projection);
}

http::Response find(const Exchange& exchange, Resources& resources) {
  const auto projection = projection_of(exchange, resources.type());
  auto found = resources.open(exchange.id, members_for(resources.type(), projection), exchange.deadline);
  if (!found) return answer(found.error());
  const std::string_view version = found->resource.at("meta").at("version").get_string();
  const auto known = header(exchange, "If-None-Match");
  if (!known.empty() && provision::names_version(known, version)) {
    http::Response unchanged;
    unchanged.status = 304;
    unchanged.headers.set("ETag", std::string(version));
    return unchanged;
  }
  return answer_opened(exchange, resources, std::move(*found), projection);
}

http::Response replace(const Exchange& exchange, Resources& resources) {
  auto body = body_of(exchange);
  if (!body) return answer(body.error());
  auto replaced =
      resources.replace(exchange.id, std::move(*body), precondition_of(exchange), exchange.deadline);
  if (!replaced) return answer(replaced.error());
  const auto projection = projection_of(exchange, resources.type());
  if (!wants_nothing(exchange)) return answer_opened(exchange, resources, std::move(*replaced), projection);
  return without_body(
      answer_resource(204, resources.type(), std::move(replaced->resource), exchange.base_url, projection));
}

// RFC 7644 3.5.2: 200 with the resource, or 204; always 200 when attributes were asked for.
Members patch_answer(const Exchange& exchange, const Resources& resources,
                     const scim::Projection& projection) {
  if (has_projection(exchange)) return members_for(resources.type(), projection);
  if (prefers(exchange, "return=minimal")) return Members::Leave;
  if (prefers(exchange, "return=representation")) return Members::Load;
  switch (exchange.connection.group_patch_answer) {
    case GroupPatchAnswer::Always:
      return Members::Load;
    case GroupPatchAnswer::Never:
      return Members::Leave;
    case GroupPatchAnswer::WhenSmall:
      return Members::LoadFew;
  }
  return Members::LoadFew;
}

http::Response patch(const Exchange& exchange, Resources& resources) {
  auto body = body_of(exchange);
  if (!body) return answer(body.error());
  const auto projection = projection_of(exchange, resources.type());
  auto patched = resources.patch(exchange.id, std::move(*body), precondition_of(exchange),
                                 patch_answer(exchange, resources, projection), exchange.deadline);
  if (!patched) return answer(patched.error());
  const bool minimal = wants_nothing(exchange);
  const bool shown = has_projection(exchange) || (patched->whole && !minimal);
  auto out = answer_resource(shown ? 200 : 204, resources.type(), std::move(patched->resource),
                             exchange.base_url, projection);
  return minimal ? without_body(std::move(out)) : out;
}

http::Response remove(const Exchange& exchange, Resources& resources) {
  auto removed = resources.remove(exchange.id, precondition_of(exchange), exchange.deadline);
  if (!removed) return answer(removed.error());
  http::Response out;
  out.status = 204;
  return out;
}

http::Response list(const Exchange& exchange, Resources& resources) {
  const auto projection = projection_of(exchange, resources.type());
  auto query = query_of(exchange, resources.type());
  if (!query) return answer(query.error());
  const bool wanted = has_projection(exchange) || exchange.connection.members_in_group_lists;
  query->members = wanted ? members_for(resources.type(), projection) : Members::Leave;
  auto page = resources.list(*query, exchange.deadline);
  if (!page) return answer(page.error());
  const auto items = page->resources.size();
  ListAnswer out(scim::list_head(page->total, query->start_index, items), items);
  for (auto& resource : page->resources)
    out.add(present(resources.type(), std::move(resource), exchange.base_url, projection));
  return std::move(out).finish();
}

}  // namespace

Result<json::value> body_of(const Exchange& exchange) {
  const auto type = header(exchange, "Content-Type");
  const auto media = ascii_lower(trim(split(type, ';').front()));
  if (!media.empty() && media != "application/json" && media != scim::media_type)
    return error(ErrorKind::UnsupportedMediaType,
                 "the body must be application/scim+json or application/json", "Content-Type");
  return scim::parse_body(exchange.request.body, {exchange.max_body_bytes});
}

http::Response run_operation(const Exchange& exchange) {
  Resources& resources =
      exchange.route.endpoint == "Users" ? *exchange.connection.users : *exchange.connection.groups;
  switch (exchange.route.operation) {
    case Operation::Create:
      return create(exchange, resources);
    case Operation::List:
      return list(exchange, resources);
    case Operation::Find:
      return find(exchange, resources);
    case Operation::Replace:
      return replace(exchange, resources);
    case Operation::Patch:
      return patch(exchange, resources);
    case Operation::Remove:
      return remove(exchange, resources);
    default:
      return answer(error(ErrorKind::NotImplemented, "this operation is not offered"));
  }
}

}  // namespace dirbridge::server
