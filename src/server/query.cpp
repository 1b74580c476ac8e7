#include "server/query.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <deque>

#include "base/text.hpp"
#include "provision/doors/paging.hpp"
#include "scim/messages.hpp"
#include "server/render.hpp"

namespace dirbridge::server {

namespace {

using provision::Members;
using provision::Part;
using provision::Query;
using provision::Reader;

struct ForType {
  const scim::ResourceType* type;
  scim::Projection projection;
};

// Everything a request asks for, ready to run. Filters and orders refer to `names`.
struct Prepared {
  std::deque<scim::ResourceType> names;  // for queries over several types: each with the names of all
  std::vector<Part> parts;
  std::vector<ForType> shown;
  std::string identity;  // of the query, for cursors
  bool by_cursor = false;
};

// Lengths in front, so that no two lists of words give the same text.
void append_word(std::string& out, std::string_view word) {
  out += std::to_string(word.size());
  out += ':';
  out += word;
}

Result<std::uint64_t> count_of(const QueryParameters& parameters, const Connection& connection) {
  if (!parameters.count) return std::min(connection.default_page_size, connection.max_page_size);
  const auto count = *parameters.count;
  if (parameters.cursor && (count < 0 || static_cast<std::uint64_t>(count) > connection.max_page_size))
    return error(ErrorKind::InvalidCount,
                 "must be from 0 to " + std::to_string(connection.max_page_size) + " with a cursor", "count");
  return std::min(static_cast<std::uint64_t>(std::max<std::int64_t>(0, count)), connection.max_page_size);
}

Result<> bind_to_type(Query& query, const QueryParameters& parameters, const scim::ResourceType& type) {
  if (parameters.filter) {
    auto filter = scim::parse_filter(*parameters.filter, type);
    if (!filter) return filter.error();
    query.filter = std::move(*filter);
    query.filter_text = *parameters.filter;
  }
  if (parameters.sort_by) {
    auto sort = scim::parse_sort(type, *parameters.sort_by);
    if (!sort) return sort.error();
    query.sort.by = sort->by;
    query.sort_text = (query.sort.descending ? "-" : "+") + scim::to_string(sort->by);
  }
  return {};
}

// Bounds, order and place: what is the same for all types.
Result<Query> common_part(const QueryParameters& parameters, const Connection& connection) {
  Query query;
  query.start_index =
      static_cast<std::uint64_t>(std::max<std::int64_t>(1, parameters.start_index.value_or(1)));
  if (parameters.cursor && parameters.start_index)
    return error(ErrorKind::InvalidValue, "cannot be used together with cursor", "startIndex");
  auto count = count_of(parameters, connection);
  if (!count) return count.error();
  query.count = *count;
  if (parameters.sort_order) {
    auto descending = scim::is_descending(*parameters.sort_order);
    if (!descending) return descending.error();
    query.sort.descending = *descending && parameters.sort_by.has_value();
  }
  return query;
}

Result<> open_cursor(const Exchange& exchange, const QueryParameters& parameters, Prepared& prepared) {
  if (parameters.cursor->empty()) return {};
  const auto count = prepared.parts.front().query.count;
  auto place =
      exchange.connection.cursors->open(*parameters.cursor, count, prepared.identity, exchange.deadline);
  if (!place) return place.error();
  for (auto& part : prepared.parts) part.query.place = *place;
  return {};
}

// What a list shows of memberships when the client does not say what it wants.
bool shows_unasked(const Connection& connection, const scim::ResourceType& type) {
  return type.find("members") && connection.members_in_group_lists;
}

Result<> add_type(const Connection& connection, const QueryParameters& parameters, Query query,
                  Reader& resources, const scim::ResourceType& names, Prepared& out) {
  const auto& type = resources.type();
  auto projection = read_projection(type, parameters.attributes, parameters.excluded_attributes);
  if (!projection) return projection.error();
  if (auto done = bind_to_type(query, parameters, names); !done) return done;
  const bool projected = !parameters.attributes.empty() || !parameters.excluded_attributes.empty();
  const bool named = projected && (type.find("members") || asks_for_groups(type, *projection));
  query.members =
      named || shows_unasked(connection, type) ? memberships_for(type, *projection) : Members::Leave;
  out.parts.push_back({resources, std::move(query)});
  out.shown.push_back({&type, std::move(*projection)});
  return {};
}

Result<Prepared> prepare(const Exchange& exchange, std::span<Reader* const> types,
                         const QueryParameters& parameters) {
  Prepared out;
  auto query = common_part(parameters, exchange.connection);
  if (!query) return query.error();
  append_word(out.identity, exchange.connection.id);
  std::vector<const scim::ResourceType*> all;
  for (const auto* resources : types) all.push_back(&resources->type());
  for (auto* resources : types) {
    const auto& type = resources->type();
    const auto& names = types.size() == 1 ? type : out.names.emplace_back(scim::knowing(type, all));
    if (auto done = add_type(exchange.connection, parameters, *query, *resources, names, out); !done)
      return done.error();
    append_word(out.identity, type.name);
  }
  append_word(out.identity, out.parts.front().query.filter_text);
  append_word(out.identity, out.parts.front().query.sort_text);
  out.by_cursor = parameters.cursor.has_value();
  if (out.by_cursor)
    if (auto done = open_cursor(exchange, parameters, out); !done) return done.error();
  return out;
}

http::Response render(const Exchange& exchange, const Prepared& prepared, const json::object& head,
                      provision::Page& page) {
  ListAnswer out(head, page.resources.size());
  for (auto& resource : page.resources) {
    const auto& name = resource.at("meta").at("resourceType").as_string();
    const auto at = std::find_if(prepared.shown.begin(), prepared.shown.end(), [&](const ForType& shown) {
      return shown.type->name == std::string_view(name);
    });
    const auto& shown = at == prepared.shown.end() ? prepared.shown.front() : *at;
    out.add(present(*shown.type, std::move(resource), exchange.base_url, shown.projection));
  }
  return std::move(out).finish();
}

Result<std::string> cursor_to(const Exchange& exchange, const Prepared& prepared,
                              const std::optional<provision::Place>& place) {
  if (!place) return std::string();
  return exchange.connection.cursors->seal(*place, prepared.parts.front().query.count, prepared.identity,
                                           exchange.deadline);
}

// As every other list of words, so that a short request cannot cost much.
constexpr std::ptrdiff_t max_projection_names = 1000;

Result<> check_length(std::string_view names, const char* parameter) {
  if (std::count(names.begin(), names.end(), ',') < max_projection_names) return {};
  return error(ErrorKind::InvalidValue, "has more than " + std::to_string(max_projection_names) + " names",
               parameter);
}

}  // namespace

Result<scim::Projection> read_projection(const scim::ResourceType& type, const std::string& attributes,
                                         const std::string& excluded) {
  if (auto good = check_length(attributes, "attributes"); !good) return good.error();
  if (auto good = check_length(excluded, "excludedAttributes"); !good) return good.error();
  if (!trim(attributes).empty() && !trim(excluded).empty())
    return error(ErrorKind::InvalidValue, "cannot be used together with attributes (RFC 7644 section 3.9)",
                 "excludedAttributes");
  return scim::parse_projection(type, attributes, excluded);
}

Members memberships_for(const scim::ResourceType& type, const scim::Projection& projection) {
  const auto* attribute = type.find("members") ? "members" : "groups";
  if (!scim::wants(type, projection, attribute)) return Members::Leave;
  const bool named = type.find("members") && scim::asks_for(type, projection, "members", "display");
  return named ? Members::LoadNamed : Members::Load;
}

bool asks_for_groups(const scim::ResourceType& type, const scim::Projection& projection) {
  return projection.limited && !type.find("members") && scim::wants(type, projection, "groups");
}

http::Response answer_query(const Exchange& exchange, std::span<Reader* const> types,
                            const QueryParameters& parameters) {
  auto prepared = prepare(exchange, types, parameters);
  if (!prepared) return answer(prepared.error());
  auto page = provision::page_of(prepared->parts, exchange.deadline);
  if (!page) return answer(page.error());
  const auto items = page->resources.size();
  if (!prepared->by_cursor) {
    const auto start = prepared->parts.front().query.start_index;
    return render(exchange, *prepared, scim::list_head(page->total, start, items), *page);
  }
  const auto next = cursor_to(exchange, *prepared, page->next);
  if (!next) return answer(next.error());
  const auto previous = cursor_to(exchange, *prepared, page->previous);
  if (!previous) return answer(previous.error());
  return render(exchange, *prepared, scim::cursor_head(page->total, items, *next, *previous), *page);
}

}  // namespace dirbridge::server
